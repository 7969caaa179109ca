# MariaDB Connector/C, which CMake does not know: the target MariaDB::Connector.
find_path(MariaDB_INCLUDE_DIR mysql.h PATH_SUFFIXES mariadb mysql)
find_library(MariaDB_LIBRARY NAMES mariadb)
mark_as_advanced(MariaDB_INCLUDE_DIR MariaDB_LIBRARY)

if(MariaDB_INCLUDE_DIR AND EXISTS ${MariaDB_INCLUDE_DIR}/mariadb_version.h)
  file(STRINGS ${MariaDB_INCLUDE_DIR}/mariadb_version.h MariaDB_VERSION_LINE REGEX "MARIADB_PACKAGE_VERSION ")
  string(REGEX MATCH "[0-9]+\\.[0-9]+\\.[0-9]+" MariaDB_VERSION "${MariaDB_VERSION_LINE}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(MariaDB
  REQUIRED_VARS MariaDB_LIBRARY MariaDB_INCLUDE_DIR
  VERSION_VAR MariaDB_VERSION)

if(MariaDB_FOUND AND NOT TARGET MariaDB::Connector)
  add_library(MariaDB::Connector UNKNOWN IMPORTED)
  set_target_properties(MariaDB::Connector PROPERTIES
    IMPORTED_LOCATION ${MariaDB_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${MariaDB_INCLUDE_DIR})
endif()
