/// Notification: a message that one session sends to those that listen (NOTIFY of PostgreSQL).
#pragma once

#include <string>
#include <utility>

namespace dalia {

class Notification {
 public:
  Notification() = default;
  Notification(std::string channel, std::string payload, int process_id)
      : channel_(std::move(channel)), payload_(std::move(payload)), process_id_(process_id) {}
  /// The link was lost and made anew: what was sent meanwhile has not arrived.
  [[nodiscard]] static Notification gap() {
    Notification notification;
    notification.is_gap_ = true;
    return notification;
  }

  /// No message: some may have been missed before this one. Whoever works off a table looks there now.
  [[nodiscard]] bool is_gap() const noexcept { return is_gap_; }
  [[nodiscard]] const std::string& channel() const noexcept { return channel_; }
  [[nodiscard]] const std::string& payload() const noexcept { return payload_; }
  /// Of the server process whose session sent it.
  [[nodiscard]] int process_id() const noexcept { return process_id_; }

 private:
  std::string channel_;
  std::string payload_;
  int process_id_ = 0;
  bool is_gap_ = false;
};

}  // namespace dalia
