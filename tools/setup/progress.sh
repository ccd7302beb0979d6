#!/usr/bin/env bash
# usage: COMMAND 2>&1 | progress.sh LABEL [--progress-only]
#
# Passes lines on with LABEL in front, so that steps that run side by side can be told apart. Of
# ninja's "[3/162] ..." and apt's status lines at most one every 2 s; all other lines at once (none
# with --progress-only, for a caller that keeps them in a log). A command that is silent is said to
# be at work every 8 s.
set -u
label=$1
only=${2:-}
every_s=2
silence_s=8
shown_s=-$every_s
spoke_s=$SECONDS
held=
last=

show() {
  printf '%s: %s\n' "$label" "$1"
  last=$1
  spoke_s=$SECONDS
  held=
}

# Shows the progress line $1, or holds it back when another was shown just now.
show_progress() {
  if ((SECONDS - shown_s >= every_s)); then
    show "$1"
    shown_s=$SECONDS
  else
    held=$1
  fi
}

take() {
  case $1 in
    '') ;;
    \[*[0-9]/[0-9]*\]\ *)
      local what=${1#*] }
      show_progress "${1%%]*}] ${what##*/}" ;;
    dlstatus:* | pmstatus:*)
      if [[ $1 =~ :([0-9]+)\.[0-9]+:(.*)$ ]]; then
        show_progress "${BASH_REMATCH[1]} % ${BASH_REMATCH[2]:0:80}"
      fi ;;
    *) [ -n "$only" ] || show "$1" ;;
  esac
}

partial=
while true; do
  if IFS= read -r -t "$silence_s" line; then
    take "$partial$line"
    partial=
  elif [ $? -gt 128 ]; then
    # Time is up; what there is of a line is kept.
    partial+=$line
    if ((SECONDS - spoke_s >= silence_s)); then
      printf '%s: at work (%s)\n' "$label" "${held:-${last:-no output yet}}"
      spoke_s=$SECONDS
    fi
  else
    [ -z "$partial$line" ] || take "$partial$line"
    break
  fi
done
[ -z "$held" ] || show "$held"
