include(CMakePackageConfigHelpers)

install(TARGETS dalia EXPORT daliaTargets
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
        RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR}
        FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
        FILE_SET asio_headers DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
if(TARGET dalia_program)
  # The installed program finds the library beside it, wherever the prefix is moved.
  file(RELATIVE_PATH dalia_bin_to_lib ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_LIBDIR})
  set_target_properties(dalia_program PROPERTIES INSTALL_RPATH "$ORIGIN/${dalia_bin_to_lib}")
  install(TARGETS dalia_program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
install(EXPORT daliaTargets NAMESPACE dalia:: FILE dalia-targets.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/dalia)

configure_package_config_file(cmake/dalia-config.cmake.in ${PROJECT_BINARY_DIR}/dalia-config.cmake
                              INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/dalia)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/dalia-config-version.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/dalia-config.cmake ${PROJECT_BINARY_DIR}/dalia-config-version.cmake
              cmake/dalia-asio.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/dalia)
