// Random work on an engine and on a model of it, side by side. A failure prints its seed and the shortest script that
// still fails. DALIA_TEST_SEED and DALIA_TEST_OPERATIONS repeat or lengthen a run.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <random>
#include <sstream>

#include <gtest/gtest.h>

#include "property/entity_model.hpp"
#include "support/contract_test.hpp"
#include "support/entity_text.hpp"
#include "support/sound_history.hpp"

namespace dalia::test {
namespace {

constexpr std::string_view entity_name = "things";
const std::vector<std::string> ids = {"a", "b", "c", "d", "A", "e e"};

/// What differs between engine and model.
struct Difference : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The choices of one operation; the same for the same seed, whatever happened before.
class Choices {
 public:
  explicit Choices(std::uint64_t seed) : random_(seed) {}
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(random_() % bound); }
  bool one_in(std::size_t bound) { return below(bound) == 0; }
  const std::string& id() { return ids[below(ids.size())]; }

 private:
  std::mt19937_64 random_;
};

Value any_value(Choices& choose, const std::string& field) {
  if (choose.one_in(5)) {
    return Value();
  }
  switch (field.front()) {
    case 'n':  // integers that grow to doubles
      return choose.one_in(12) ? Value(static_cast<double>(choose.below(5)) + 0.5)
                               : Value(static_cast<std::int64_t>(choose.below(6)) - 2);
    case 'm': {  // integers that grow to decimals
      const Value values[] = {Value(1),  Value(INT64_MAX),       Value(INT64_MIN),
                              Value(0),  Value::decimal("0.25"), Value::decimal("3"),
                              Value(2.0)};
      return choose.one_in(8) ? values[4 + choose.below(3)] : values[choose.below(4)];
    }
    case 's': {
      const char* texts[] = {"", "x", "X", "it's", "2024-01-01", "5", "\xf0\x9f\x98\x80"};
      return texts[choose.below(std::size(texts))];
    }
    case 'b':
      return choose.one_in(2);
    case 'j':
      return choose.one_in(2) ? Value::array(static_cast<std::int64_t>(choose.below(3)))
                              : Value::json(R"({"b":1,"a":[null]})");
    case 't':
      return Instant(std::chrono::microseconds(choose.below(3)));
    default: {  // a field that different writers take for different things
      const Value values[] = {Value(7), Value("7"), Value(true), Value(7.5), Value(Bytes{std::byte{7}})};
      return values[choose.below(std::size(values))];
    }
  }
}

std::string any_field(Choices& choose) {
  const char* names[] = {"n", "m", "s", "b", "j", "t", "n2", "s2", "x1", "x2", "x3", "n3"};
  return names[choose.below(std::size(names))];
}

Entity any_input(Choices& choose) {
  Entity input{{"id", choose.id()}};
  for (std::size_t i = choose.below(4); i > 0; --i) {
    const std::string field = any_field(choose);
    input.set(field, any_value(choose, field));
  }
  return input;
}

enum class Truth { False, Unknown, True };

/// A condition with its meaning.
struct Filter {
  std::string condition;
  std::vector<Value> values;
  std::function<Truth(const EntityModel::Fields&)> holds;
};

Truth as_truth(bool value) {
  return value ? Truth::True : Truth::False;
}

const Value& field_of_row(const EntityModel::Fields& fields, const std::string& name) {
  static const Value none;
  const auto found = fields.find(name);
  return found == fields.end() ? none : found->second;
}

Filter any_filter(Choices& choose, const EntityModel& model, int depth = 0) {
  if (depth < 2 && choose.one_in(2)) {
    Filter left = any_filter(choose, model, depth + 1);
    if (choose.one_in(4)) {
      return Filter{"NOT (" + left.condition + ")", left.values, [left](const EntityModel::Fields& fields) {
                      const Truth truth = left.holds(fields);
                      return truth == Truth::Unknown ? truth : as_truth(truth == Truth::False);
                    }};
    }
    Filter right = any_filter(choose, model, depth + 1);
    const bool is_and = choose.one_in(2);
    Filter both{"(" + left.condition + (is_and ? ") AND (" : ") OR (") + right.condition + ")", left.values,
                [left, right, is_and](const EntityModel::Fields& fields) {
                  const Truth one = left.holds(fields);
                  const Truth other = right.holds(fields);
                  return is_and ? std::min(one, other) : std::max(one, other);
                }};
    both.values.insert(both.values.end(), right.values.begin(), right.values.end());
    return both;
  }
  std::vector<std::string> known;
  for (const char* name : {"n", "s", "b", "n2", "s2", "t"}) {
    if (model.fields().contains(name)) {
      known.emplace_back(name);
    }
  }
  if (known.empty()) {
    return Filter{"1 = 1", {}, [](const EntityModel::Fields&) { return Truth::True; }};
  }
  const std::string name = known[choose.below(known.size())];
  const std::string written = choose.one_in(2) ? "[" + name + "]" : name;
  if (choose.one_in(4)) {
    const bool is_not = choose.one_in(2);
    return Filter{written + (is_not ? " IS NOT NULL" : " IS NULL"), {}, [=](const EntityModel::Fields& fields) {
                    return as_truth(field_of_row(fields, name).is_null() != is_not);
                  }};
  }
  Value wanted;
  while (wanted.is_null()) {
    wanted = any_value(choose, name);
  }
  if (name.front() == 'n' && choose.one_in(2)) {
    const auto bound = wanted.get<double>();
    return Filter{written + " > ?", {wanted}, [=](const EntityModel::Fields& fields) {
                    const Value& held = field_of_row(fields, name);
                    return held.is_null() ? Truth::Unknown : as_truth(held.get<double>() > bound);
                  }};
  }
  return Filter{written + " = ?", {wanted}, [=](const EntityModel::Fields& fields) {
                  const Value& held = field_of_row(fields, name);
                  if (held.is_null()) {
                    return Truth::Unknown;
                  }
                  return as_truth(name.front() == 'n' ? held.get<double>() == wanted.get<double>() : held == wanted);
                }};
}

class Run {
 public:
  Run(const Backend& backend, Mode mode)
      : backend_(backend), mode_(mode), database_(backend), may_share_(backend.has(Ability::SeveralManagers)) {
    reopen();
  }

  /// @throws Difference.
  void step(std::uint64_t seed) {
    Choices choose(seed);
    operate(choose);
    if (choose.one_in(4)) {
      check_all(choose);
    }
  }
  void finish() {
    Choices choose(0);
    if (in_transaction_) {
      note("commit");
      conn().commit_transaction();
      in_transaction_ = false;
    }
    check_all(choose);
  }
  [[nodiscard]] std::string script() const { return script_.str(); }

 private:
  enum class Writer { Own, SameManager, OtherManager };

  [[nodiscard]] TestConnection& conn() { return *own_; }

  void note(const std::string& line) { script_ << line << "\n"; }

  void reopen() {
    own_.reset();
    same_.reset();
    other_.reset();
    other_manager_.reset();
    if (may_share_ || !manager_) {
      manager_.reset();
      manager_ = DatabaseFactory::create_database(database_.config());
    }
    own_ = connect(*manager_, mode_);
    same_ = connect(*manager_, mode_);
    if (may_share_) {
      other_manager_ = DatabaseFactory::create_database(database_.config());
      other_ = connect(*other_manager_, mode_);
    }
  }

  TestConnection& writer(Choices& choose) {
    if (in_transaction_) {
      note("  (own, in transaction)");
      return *own_;
    }
    switch (choose.below(may_share_ ? 3 : 2)) {
      case 0:
        note("  (own)");
        return *own_;
      case 1:
        note("  (same manager)");
        return *same_;
      default:
        note("  (other manager)");
        return *other_;
    }
  }

  [[noreturn]] void differ(const std::string& what) { throw Difference(what); }
  void require(bool holds, const std::string& what) {
    if (!holds) {
      differ(what);
    }
  }

  void operate(Choices& choose) {
    switch (choose.below(16)) {
      case 0:
      case 1:
      case 2:
      case 3:
      case 4:
        return save(choose, 1);
      case 5:
      case 6:
        return save(choose, choose.below(5));
      case 7:
        return change(choose, "delete");
      case 8:
        return change(choose, "restore");
      case 9:
        return change(choose, "permanent delete");
      case 10:
        return change(choose, "erase");
      case 11:
      case 12:
        return save_old_version(choose);
      case 13:
        return find(choose);
      case 14:
        return switch_transaction(choose);
      default:
        if (!in_transaction_ && choose.one_in(4)) {
          note("reopen");
          reopen();
        } else {
          resave(choose);
        }
    }
  }

  void switch_transaction(Choices& choose) {
    if (!in_transaction_) {
      note("begin");
      conn().begin_transaction();
      before_transaction_ = model_;
      in_transaction_ = true;
      return;
    }
    in_transaction_ = false;
    if (choose.one_in(2)) {
      note("rollback");
      conn().rollback_transaction();
      if (!backend_.has(Ability::SchemaChangesRollBack)) {
        before_transaction_.keep_fields_of(model_, same_->get_entity_fields(entity_name));
      }
      model_ = before_transaction_;
    } else {
      note("commit");
      conn().commit_transaction();
    }
  }

  void save(Choices& choose, std::size_t count) {
    ModelSave save;
    for (std::size_t i = 0; i < count; ++i) {
      save.inputs.push_back(any_input(choose));
    }
    save.user = choose.one_in(2) ? "u" + std::to_string(choose.below(3)) : "";
    save.comment = choose.one_in(3) ? "c" : "";
    save.revives = choose.one_in(3);
    if (count == 1 && choose.one_in(3)) {
      const EntityModel::Item& item = model_.item(save.inputs.front().id());
      const std::int64_t current = item.exists ? item.version() : 0;
      save.expected_version = choose.one_in(3) ? static_cast<std::int64_t>(choose.below(4)) : current;
    }
    run_save(choose, save);
  }

  void save_old_version(Choices& choose) {
    const std::string& id = choose.id();
    const EntityModel::Item& item = model_.item(id);
    if (item.versions.empty()) {
      return;
    }
    const EntityModel::Version& old = item.versions[choose.below(item.versions.size())];
    GetOptions options;
    if (choose.one_in(2)) {
      options.deserialize();
    }
    const std::optional<Entity> read = conn().get_entity_by_version(entity_name, id, old.number, options);
    require(read.has_value(), "version " + std::to_string(old.number) + " of " + id + " is missing");
    note("  old version " + std::to_string(old.number));
    ModelSave save;
    Entity meant{{"id", id}};
    for (const auto& [name, kind] : model_.fields()) {
      const auto held = old.fields.find(name);
      meant.set(name, held == old.fields.end() ? Value() : held->second);
    }
    save.inputs.push_back(std::move(meant));
    save.revives = choose.one_in(2);
    run_save(choose, save, &*read);
  }

  /// Whatever find returns, typed or not, saves unchanged.
  void resave(Choices& choose) {
    EntityQuery query;
    if (choose.one_in(2)) {
      query.deserialize();
    }
    note("save again all that find returns");
    for (const Entity& row : conn().find_entities(entity_name, query)) {
      const Entity saved = conn().save_entity(entity_name, row);
      require(saved.version() == model_.item(row.id()).version(), "saving " + row.id() + " again made a new version");
    }
  }

  /// @param literally  what is given to the engine instead of the inputs.
  void run_save(Choices& choose, const ModelSave& save, const Entity* literally = nullptr) {
    std::string line = "save";
    for (const Entity& input : save.inputs) {
      line += " " + to_string(input);
    }
    line += save.expected_version ? " expecting " + std::to_string(*save.expected_version) : "";
    line += save.revives ? " revive" : "";
    note(line);
    SaveOptions options = save_options().deserialize();
    if (save.expected_version) {
      options.expected_version(*save.expected_version);
    }
    if (save.revives) {
      options.revive();
    }
    if (!save.user.empty()) {
      options.user_id(save.user);
    }
    if (!save.comment.empty()) {
      options.comment(save.comment);
    }
    const std::vector<Entity> inputs = literally == nullptr ? save.inputs : std::vector<Entity>{*literally};
    TestConnection& on = writer(choose);
    Refusal refusal = Refusal::None;
    std::vector<Entity> saved;
    try {
      saved = inputs.size() == 1 && choose.one_in(2)
                  ? std::vector<Entity>{on.save_entity(entity_name, inputs.front(), options)}
                  : on.save_entities(entity_name, inputs, options);
    } catch (const TypeConflict&) {
      refusal = Refusal::TypeConflict;
    } catch (const VersionConflict&) {
      refusal = Refusal::VersionConflict;
    } catch (const EntityDeleted&) {
      refusal = Refusal::EntityDeleted;
    } catch (const EntityError& error) {
      const bool is_about_use = std::string_view(error.what()).find("ensure_entity_schema") != std::string_view::npos;
      if (!in_transaction_ || !is_about_use || backend_.has(Ability::KindsGrowAfterUse)) {
        throw;
      }
      note("  (refused: a kind cannot grow, the transaction has used the tables)");
      return;
    }
    std::vector<std::int64_t> versions;
    const Refusal expected = model_.save(save, versions);
    require(refusal == expected, "the save was refused for " + std::to_string(static_cast<int>(refusal)) +
                                     ", not for " + std::to_string(static_cast<int>(expected)));
    if (expected != Refusal::None) {
      return;
    }
    require(saved.size() == versions.size(), "the save returned another number of rows");
    for (std::size_t i = 0; i < saved.size(); ++i) {
      require(saved[i].id() == inputs[i].id(), "rows came back in another order");
      require(saved[i].version() == versions[i], "version " + std::to_string(saved[i].version()) + " of " +
                                                     saved[i].id() + " was expected to be " +
                                                     std::to_string(versions[i]));
      const bool is_last = std::none_of(saved.begin() + static_cast<std::ptrdiff_t>(i) + 1, saved.end(),
                                        [&](const Entity& later) { return later.id() == saved[i].id(); });
      if (is_last) {
        compare_row(saved[i], "save");
      }
    }
  }

  void change(Choices& choose, const std::string& what) {
    const std::string id = choose.id();
    note(what + " " + id);
    const std::string user = choose.one_in(2) ? "u9" : "";
    const std::string comment = choose.one_in(2) ? "why" : "";
    TestConnection& on = writer(choose);
    const auto with = [&](auto options) {
      if (!user.empty()) {
        options.user_id(user);
      }
      if (!comment.empty()) {
        options.comment(comment);
      }
      return options;
    };
    bool is_done = false;
    bool expected = false;
    if (what == "delete") {
      is_done = on.delete_entity(entity_name, id, with(delete_options()));
      expected = model_.soft_delete(id, user, comment);
    } else if (what == "restore") {
      is_done = on.restore_entity(entity_name, id, with(restore_options()));
      expected = model_.restore(id, user, comment);
    } else if (what == "permanent delete") {
      is_done = on.delete_entity(entity_name, id, with(delete_options().permanent()));
      expected = model_.hard_delete(id, user, comment);
    } else {
      is_done = on.erase_entity(entity_name, id, with(restore_options()));
      expected = model_.erase(id, user, comment);
    }
    require(is_done == expected, what + " of " + id + " gave " + (is_done ? "true" : "false"));
  }

  void find(Choices& choose) {
    const Filter filter = any_filter(choose, model_);
    EntityQuery query(filter.condition, Params(filter.values));
    const bool with_deleted = choose.one_in(3);
    if (with_deleted) {
      query.include_deleted();
    }
    note("find " + filter.condition);
    const bool by_n = model_.fields().contains("n") && choose.one_in(2);
    const bool descends = choose.one_in(2);
    query.order_by(by_n ? (descends ? "n DESC" : "n") : "id");
    std::vector<std::string> expected;
    for (const auto& [id, item] : model_.items()) {
      if (item.exists && (with_deleted || !item.is_deleted) && filter.holds(item.fields) == Truth::True) {
        expected.push_back(id);
      }
    }
    if (by_n) {
      const auto key = [&](const std::string& id) {
        const Value& held = field_of_row(model_.item(id).fields, "n");
        return held.is_null() ? -1e9 : held.get<double>();  // null comes first
      };
      std::stable_sort(expected.begin(), expected.end(), [&](const std::string& left, const std::string& right) {
        return descends ? key(left) > key(right) : key(left) < key(right);
      });
    }
    TestConnection& on = writer(choose);
    std::vector<std::string> found;
    for (const Entity& row : on.find_entities(entity_name, query.deserialize())) {
      found.push_back(row.id());
      compare_row(row, "find");
    }
    require(found == expected,
            "find gave " + testing::PrintToString(found) + ", not " + testing::PrintToString(expected));
    require(on.count_entities(entity_name, query) == static_cast<std::int64_t>(expected.size()),
            "count differs from find");
  }

  void compare_value(const Value& held, const Value& expected, const std::string& what) {
    require(held == expected, what + " is " + to_string(held.ref()) + ", not " + to_string(expected.ref()));
  }

  void compare_fields(const Entity& row, const EntityModel::Fields& fields, const std::string& what) {
    for (const auto& [name, kind] : model_.fields()) {
      // A reader may not know of a field, or of its wider kind, as long as the rows it reads are from before that.
      const Value& expected = field_of_row(fields, name);
      const Value* held = row.find(name);
      require(held != nullptr || expected.is_null(), what + " lacks " + name);
      if (held != nullptr && !(model_fit(*held, expected.kind()) == expected)) {
        compare_value(*held, expected, what + "." + name);
      }
    }
  }

  void compare_row(const Entity& row, const std::string& what) {
    const EntityModel::Item& item = model_.item(row.id());
    const std::string name = what + ": " + row.id();
    compare_fields(row, item.fields, name);
    require(row.version() == item.version(), name + " has version " + std::to_string(row.version()));
    require(row["deleted_at"].is_null() != item.is_deleted, name + " is deleted or not");
    compare_value(row["created_by"], item.created_by.empty() ? Value() : Value(item.created_by), name + ".created_by");
    compare_value(row["updated_by"], item.updated_by.empty() ? Value() : Value(item.updated_by), name + ".updated_by");
  }

  void check_all(Choices& choose) {
    TestConnection& on = in_transaction_ ? *own_ : may_share_ && choose.one_in(2) ? *other_ : *same_;
    for (const std::string& id : ids) {
      check_id(on, id);
    }
    const auto live = std::count_if(model_.items().begin(), model_.items().end(),
                                    [](const auto& entry) { return entry.second.exists && !entry.second.is_deleted; });
    require(on.count_entities(entity_name) == live, "count of all differs");
    for (const EntityField& field : on.get_entity_fields(entity_name)) {
      const auto known = model_.fields().find(field.name);
      require(known != model_.fields().end(), "there is a field " + field.name);
      require(known->second == field.kind, "field " + field.name + " has another kind");
    }
    require(on.get_entity_fields(entity_name).size() == model_.fields().size(), "a field is missing");
  }

  void check_id(TestConnection& on, const std::string& id) {
    const EntityModel::Item& item = model_.item(id);
    const std::optional<Entity> row = on.get_entity(entity_name, id, get_options().include_deleted().deserialize());
    require(row.has_value() == item.exists, id + (row ? " exists" : " does not exist"));
    require(on.get_entity(entity_name, id).has_value() == (item.exists && !item.is_deleted), id + " is visible or not");
    if (row) {
      compare_row(*row, "get");
    }
    const std::vector<Entity> history = on.get_entity_history(entity_name, id, get_options().deserialize());
    require(history.size() == item.versions.size(), "the history of " + id + " has " + std::to_string(history.size()) +
                                                        " rows, not " + std::to_string(item.versions.size()));
    for (std::size_t i = 0; i < history.size(); ++i) {
      const EntityModel::Version& version = item.versions[i];
      const Entity& held = history[i];
      const std::string name = "version " + std::to_string(version.number) + " of " + id;
      require(held.version() == version.number, name + " is numbered " + std::to_string(held.version()));
      require(held["version"] == Value(version.number), name + ".version differs");
      compare_fields(held, version.fields, name);
      compare_value(held["history_op"], Value(version.operation), name + ".history_op");
      compare_value(held["history_user_id"], version.user.empty() ? Value() : Value(version.user), name + ".user");
      compare_value(held["history_comment"], version.comment.empty() ? Value() : Value(version.comment),
                    name + ".comment");
      require(held["deleted_at"].is_null() != version.is_deleted, name + " is deleted or not");
      if (i > 0) {
        require(history[i - 1].get<Instant>("history_timestamp") < held.get<Instant>("history_timestamp"),
                name + ": its time does not grow");
      }
      if (i > 0 && version.operation != "insert") {
        compare_value(held["created_at"], history[i - 1]["created_at"], name + ".created_at");
      }
      const std::optional<Entity> alone =
          on.get_entity_by_version(entity_name, id, version.number, get_options().deserialize());
      require(alone.has_value(), name + " is missing");
      compare_fields(*alone, version.fields, name + " alone");
      for (const char* column : {"version", "history_op", "history_timestamp", "history_user_id", "history_comment",
                                 "created_at", "created_by", "updated_at", "updated_by", "deleted_at"}) {
        compare_value(alone->at(column), held[column], name + " alone: " + column);
      }
    }
    if (row) {
      for (const auto [name, value] : *row) {
        compare_value(history.back().at(name), value, "newest snapshot of " + id + ": " + std::string(name));
      }
    }
  }

  const Backend& backend_;
  Mode mode_;
  PrivateDatabase database_;
  bool may_share_;
  std::unique_ptr<ConnectionManager> manager_;
  std::unique_ptr<ConnectionManager> other_manager_;
  std::unique_ptr<TestConnection> own_;
  std::unique_ptr<TestConnection> same_;
  std::unique_ptr<TestConnection> other_;
  EntityModel model_;
  EntityModel before_transaction_;
  bool in_transaction_ = false;
  std::ostringstream script_;
};

struct Failure {
  std::string what;
  std::string script;
  std::size_t length = 0;  ///< operations done before it
};

std::optional<Failure> run(const Target& target, const std::vector<std::uint64_t>& operations) {
  Run run(*target.backend, target.mode);
  std::size_t done = 0;
  try {
    for (; done < operations.size(); ++done) {
      run.step(operations[done]);
    }
    run.finish();
  } catch (const std::exception& error) {
    return Failure{error.what(), run.script(), done};
  }
  return std::nullopt;
}

/// Leaves out ever smaller parts as long as the rest still fails.
Failure shrink(const Target& target, std::vector<std::uint64_t> operations, Failure failure) {
  operations.resize(std::min(operations.size(), failure.length + 1));
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  for (std::size_t part = operations.size() / 2; part > 0; part /= 2) {
    for (std::size_t at = 0; at < operations.size() && std::chrono::steady_clock::now() < until;) {
      std::vector<std::uint64_t> fewer = operations;
      const auto from = fewer.begin() + static_cast<std::ptrdiff_t>(at);
      fewer.erase(from, from + static_cast<std::ptrdiff_t>(std::min(part, fewer.size() - at)));
      if (std::optional<Failure> still = run(target, fewer)) {
        failure = *std::move(still);
        operations = std::move(fewer);
      } else {
        at += part;
      }
    }
  }
  return failure;
}

void expect_no_difference(const Target& target, std::uint64_t seed, std::size_t count) {
  std::mt19937_64 random(seed);
  std::vector<std::uint64_t> operations(count);
  std::generate(operations.begin(), operations.end(), std::ref(random));
  if (std::optional<Failure> failure = run(target, operations)) {
    const Failure shortest = shrink(target, operations, *std::move(failure));
    ADD_FAILURE() << "DALIA_TEST_SEED=" << seed << " DALIA_TEST_OPERATIONS=" << count << "\n"
                  << shortest.what << "\nafter\n"
                  << shortest.script;
  }
}

class EntityModelTest : public testing::TestWithParam<Target> {
 protected:
  void SetUp() override {
    const Backend& backend = *GetParam().backend;
    if (!backend.server_variable.empty() && server_of(backend).empty()) {
      ASSERT_FALSE(is_required(backend)) << backend.server_variable << " is not set";
      GTEST_SKIP() << backend.server_variable << " is not set";
    }
  }
};

TEST_P(EntityModelTest, FixedSeeds) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    expect_no_difference(GetParam(), seed, 150);
    if (HasFailure()) {
      return;
    }
  }
}

TEST_P(EntityModelTest, RandomSeeds) {
  const char* given = std::getenv("DALIA_TEST_OPERATIONS");
  const std::size_t count = given == nullptr ? 250 : std::strtoull(given, nullptr, 10);
  const bool is_repeated = std::getenv("DALIA_TEST_SEED") != nullptr;
  const std::uint64_t first = test_seed();
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(3);
  std::uint64_t seed = first;
  do {
    expect_no_difference(GetParam(), seed++, count);
  } while (!HasFailure() && !is_repeated && std::chrono::steady_clock::now() < until);
  std::cout << "seeds " << first << " to " << seed - 1 << "\n";
}

DALIA_CONTRACT_SUITE(EntityModelTest);

}  // namespace
}  // namespace dalia::test
