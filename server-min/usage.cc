// What --help says; also the text of the manual page (tools/package/make-deb.sh).

#include "server-min/options.h"

namespace server {

std::string usage_text() {
  return R"(usage: auralis-server --music DIR [option...]
Serves the music below DIR (WAV, FLAC, MP3) and the page that plays it enhanced.

On this machine, at http://127.0.0.1:8080/:
  auralis-server --music ~/Music
In the network at home, behind a proxy on this machine that does TLS:
  auralis-server --music /srv/music --public-name music.home.arpa
From outside, behind such a proxy, for those who know a password:
  auralis-server --music /srv/music --public-name music.example.org \
    --user eve --password-file /etc/auralis/password --trust-proxy

Music
  --music DIR    The music folder; may be given several times. Nothing outside
                 of them can be read; links to folders are followed within
                 them. The tracks of the first one keep the ids that they have
                 alone.
  --data DIR     Where the catalogue is kept, a file for each set of music
                 folders; by default $XDG_STATE_HOME/auralis, else
                 ~/.local/state/auralis. It may be deleted while the server is
                 not running: the music is then read anew.
  --web DIR      The built page; by default web/dist near the program or here.

Network
  --port N       8080 by default; with 0 the system chooses. The address is
                 printed at the start.
  --host ADDRESS 127.0.0.1 by default, which only this machine reaches; 0.0.0.0
                 is every IPv4 address of this machine, :: every address.
  --public-name NAME...
                 Names under which browsers reach this server, such as that of
                 a proxy in front. Addresses, localhost, this machine's own
                 name and that name below .local need no option. Requests to
                 any other name are refused, so that no other site can have its
                 name point here and read the library.

Access
  --user NAME    Only who gives this name and the password may see and hear
                 anything. Both are sent with every request and can be read on
                 the way: use them behind TLS.
  --password-file FILE
                 A file of one line, which only its owner can read (chmod 600),
                 or a credential of systemd (LoadCredential=). After ten
                 different wrong ones in a minute an address has to wait.
  --trust-proxy [ADDRESS...]
                 Where the proxies are whose X-Forwarded-For tells whose a wrong
                 password or a line of the access log is; without ADDRESS on
                 this machine (127.0.0.0/8, ::1). They have to set it
                 themselves. Those that are trusted are named at the start.

Running
  --grace SECONDS
                 How long answers that are being sent may go on after SIGTERM
                 or Ctrl-C, 5 by default; a second signal ends at once.
  --access-log FILE
                 A line for each answer, in the Combined Log Format, appended
                 to FILE, which SIGHUP has opened anew; with - to standard
                 output. Without FILE, SIGHUP does nothing where standard input
                 is no terminal.
  --help, --version

The server answers at once with what it knows. The music is looked through
beside that, at the start and then every 15 seconds, or less often where a look
takes long; what is new or changed is read. Where the system tells of changes
they are looked at at once. /api/library/scan tells how far it is, POST there
looks again, /api/library/skipped tells what is passed over and why.

exit status: 0 ended by a signal, 2 wrong usage, 4 a file, a folder or the
address cannot be used
)";
}

}  // namespace server
