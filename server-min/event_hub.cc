#include "server-min/event_hub.h"

#include <utility>

#include "server-min/json.h"

namespace server {

EventHub::Listener::~Listener() {
  const std::lock_guard lock(hub_->mutex_);
  hub_->wakes_.erase(number_);
}

void EventHub::Listener::on_news(std::function<void()> wake) {
  const std::lock_guard lock(hub_->mutex_);
  hub_->wakes_[number_] = std::move(wake);
}

std::string EventHub::Listener::take() {
  std::string text;
  const std::lock_guard lock(hub_->mutex_);
  if (scan_taken_ != hub_->scan_number_) text += "event: scan\ndata: " + hub_->scan_ + "\n\n";
  if (change_taken_ != hub_->change_number_) {
    text += "event: changed\ndata: {\"etag\":" + json_string(hub_->etag_) + "}\n\n";
  }
  scan_taken_ = hub_->scan_number_;
  change_taken_ = hub_->change_number_;
  return text;
}

std::shared_ptr<EventHub::Listener> EventHub::listen() {
  std::uint64_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    if (wakes_.size() >= kListenerCountMax) return nullptr;
    number = next_number_++;
    wakes_[number] = {};
  }
  return std::make_shared<Listener>(shared_from_this(), number);
}

void EventHub::wake_all() {
  for (const auto& [number, wake] : wakes_) {
    if (wake) wake();
  }
}

void EventHub::tell_scan(const std::string& report) {
  const std::lock_guard lock(mutex_);
  if (report == scan_) return;
  scan_ = report;
  ++scan_number_;
  wake_all();
}

void EventHub::tell_catalog(const std::string& etag) {
  const std::lock_guard lock(mutex_);
  if (etag == etag_) return;
  etag_ = etag;
  ++change_number_;
  wake_all();
}

void EventHub::let_sleep() {
  const std::lock_guard lock(mutex_);
  for (auto& [number, wake] : wakes_) wake = nullptr;
}

}  // namespace server
