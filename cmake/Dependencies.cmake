# Why each dependency is there: docs/dependencies.md.
find_package(SQLite3 3.40 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(fmt 9 REQUIRED)
find_package(Threads REQUIRED)
if(DALIA_WITH_POSTGRES)
  find_package(PostgreSQL 14 REQUIRED)  # libpq alone
endif()
if(DALIA_WITH_MYSQL)
  list(APPEND CMAKE_MODULE_PATH ${CMAKE_CURRENT_LIST_DIR})
  find_package(MariaDB 3.3 REQUIRED)  # Connector/C
endif()
