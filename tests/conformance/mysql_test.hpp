/// MySqlTest: the fixture of the tests that talk to a real MariaDB or MySQL and to no other.
#pragma once

#include <optional>
#include <string>

#include "support/server_test.hpp"

namespace dalia::test {

class MySqlTest : public ServerTest {
 protected:
  MySqlTest() : ServerTest("mysql") {}

  [[nodiscard]] static std::string thread_id(SyncConnection& connection) {
    return connection.execute("SELECT CONNECTION_ID()").front().get<std::string>(0);
  }

  /// The error of `sql`, which must be of that type and have this code.
  template <class E>
  std::optional<E> error_of(std::int64_t native_code, std::string_view sql, const Params& values = Params()) {
    std::optional<E> error = error_in<E>(sql, values);
    if (error) {
      EXPECT_EQ(error->native_code(), native_code) << error->what();
      EXPECT_EQ(error->sqlstate().size(), 5U);
    }
    return error;
  }
};

/// An account of one test; gone with it. The password is "open-sesame".
class Account {
 public:
  /// @param clauses  of CREATE USER, behind the password.
  Account(SyncConnection& maker, const std::string& clauses) : maker_(maker), name_(fresh_name()) {
    maker_.execute("CREATE USER [" + name_ + "]@'%' IDENTIFIED BY 'open-sesame' " + clauses);
  }
  Account(const Account&) = delete;
  Account& operator=(const Account&) = delete;
  ~Account() {
    try {
      maker_.execute("DROP USER [" + name_ + "]@'%'");
    } catch (const Error& error) {
      ADD_FAILURE() << error.what();
    }
  }

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  /// That of the account on the same server, without a database.
  [[nodiscard]] DatabaseConfig config(DatabaseConfig of_another) const {
    of_another.user = name_;
    of_another.password = "open-sesame";
    of_another.database.clear();
    return of_another;
  }

 private:
  /// The server counts on for a name that is made anew.
  static std::string fresh_name() { return "dalia_test_" + Value(Uuid::v7()).to_text().substr(24); }

  SyncConnection& maker_;
  std::string name_;
};

}  // namespace dalia::test
