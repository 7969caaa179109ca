/// Call: one call of Connector/C in its non-blocking form, a pair of functions: *_start, then *_cont until it is done.
#pragma once

#include <type_traits>

#include <mysql.h>

namespace dalia::internal::mysql {

/// One at a time on a connection. The library keeps no copy of the arguments: what they point to lives until the end.
class Call {
 public:
  /// Starts it; it may finish at once.
  /// @param handle  what the call is about, connection or statement.
  template <auto Start, auto Continue, class Handle, class... Arguments>
  void start(Handle* handle, Arguments... arguments) {
    begin<Start, Continue>(Start, handle, arguments...);
  }

  /// What the library waits for, of MYSQL_WAIT_...; 0 once the call is done.
  [[nodiscard]] int waits_for() const noexcept { return waits_for_; }
  /// @param ready  what has happened, of MYSQL_WAIT_... MYSQL_WAIT_TIMEOUT only when the library's own time is up.
  void go_on(int ready) { waits_for_ = continue_(*this, ready); }
  /// Once done: what the call returned; for one that returns a pointer, 0 for success and 1 for null.
  [[nodiscard]] int result() const noexcept { return result_; }
  /// Of a call that returns one.
  template <class T>
  [[nodiscard]] T* pointer() const noexcept {
    return static_cast<T*>(pointer_);
  }

 private:
  template <auto Start, auto Continue, class Result, class Handle, class... Parameters, class... Arguments>
  void begin(int (*)(Result*, Parameters...), Handle* handle, Arguments... arguments) {
    handle_ = handle;
    continue_ = [](Call& call, int ready) {
      Result returned{};
      const int waits_for = Continue(&returned, static_cast<Handle*>(call.handle_), ready);
      call.keep(returned);
      return waits_for;
    };
    Result returned{};
    waits_for_ = Start(&returned, handle, arguments...);
    keep(returned);
  }

  template <class Result>
  void keep(Result returned) noexcept {
    if constexpr (std::is_pointer_v<Result>) {
      pointer_ = returned;
      result_ = returned == nullptr ? 1 : 0;
    } else if constexpr (std::is_same_v<Result, my_bool>) {
      result_ = returned == 0 ? 0 : 1;
    } else {
      result_ = returned;
    }
  }

  void* handle_ = nullptr;
  void* pointer_ = nullptr;
  int (*continue_)(Call&, int) = nullptr;
  int waits_for_ = 0;
  int result_ = 0;
};

}  // namespace dalia::internal::mysql
