# Cuts the README's program and its CMake lines out, builds them against dalia in one WAY and LINKAGE, runs the program and
# compares what it prints with what the README says it prints. Beside it, waits.cpp is built and run over either Asio.
cmake_minimum_required(VERSION 3.25)

# run(COMMAND...): ends the test where it fails.
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE text ERROR_VARIABLE text)
  if(NOT status EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command}\nended with ${status}:\n${text}")
  endif()
  set(output "${text}" PARENT_SCOPE)
endfunction()

# The first block of the README in this language that comes after the marker.
function(cut_block marker language result)
  file(READ ${SOURCE}/README.md page)
  string(FIND "${page}" "${marker}" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "README.md does not say: ${marker}")
  endif()
  string(SUBSTRING "${page}" ${at} -1 page)
  set(fence "```${language}\n")
  string(FIND "${page}" "${fence}" begin)
  if(begin EQUAL -1)
    message(FATAL_ERROR "README.md has no ${language} block after: ${marker}")
  endif()
  string(LENGTH "${fence}" length)
  math(EXPR begin "${begin} + ${length}")
  string(SUBSTRING "${page}" ${begin} -1 page)
  string(FIND "${page}" "```" end)
  string(SUBSTRING "${page}" 0 ${end} block)
  set(${result} "${block}" PARENT_SCOPE)
endfunction()

cut_block("# dalia" cpp program)
cut_block("It prints" text expected)
cut_block("${WAY}" cmake project_lines)

set(BUILD_SHARED_LIBS ON)
if(LINKAGE STREQUAL static)
  set(BUILD_SHARED_LIBS OFF)
endif()
set(settings
  -G ${GENERATOR}
  -DCMAKE_BUILD_TYPE=Release
  -DCMAKE_CXX_COMPILER=${COMPILER}
  -DCMAKE_CXX_COMPILER_LAUNCHER=${COMPILER_LAUNCHER}
  -DBUILD_SHARED_LIBS=${BUILD_SHARED_LIBS})

# Where this build found its packages. A path of the shell's form, as a list would not stay one argument.
list(JOIN PREFIX_PATH ":" paths)
set(ENV{CMAKE_PREFIX_PATH} "${paths}:$ENV{CMAKE_PREFIX_PATH}")

file(REMOVE_RECURSE ${WORK}/prefix ${WORK}/run)
if(WAY STREQUAL find_package)
  run(${CMAKE_COMMAND} -S ${SOURCE} -B ${WORK}/dalia ${settings}
      -DDALIA_BUILD_TESTS=OFF -DDALIA_BUILD_EXAMPLES=OFF -DCMAKE_INSTALL_PREFIX=${WORK}/prefix)
  run(${CMAKE_COMMAND} --build ${WORK}/dalia)
  run(${CMAKE_COMMAND} --install ${WORK}/dalia)
  list(APPEND settings -DCMAKE_PREFIX_PATH=${WORK}/prefix)
else()
  string(REPLACE "add_subdirectory(dalia)" "add_subdirectory(\"${SOURCE}\" dalia)" project_lines "${project_lines}")
endif()

set(asio_lines "add_executable(waits waits.cpp)\ntarget_link_libraries(waits PRIVATE dalia::asio)\n")
if(WAY STREQUAL find_package)
  string(PREPEND asio_lines "find_package(dalia 0.1 REQUIRED COMPONENTS asio)\n")
endif()

file(WRITE ${WORK}/source/main.cpp "${program}")
file(COPY ${SOURCE}/tests/package/waits.cpp DESTINATION ${WORK}/source)
file(WRITE ${WORK}/source/CMakeLists.txt
     "cmake_minimum_required(VERSION 3.25)\nproject(app LANGUAGES CXX)\n${project_lines}${asio_lines}")
foreach(flavour IN ITEMS standalone boost)
  run(${CMAKE_COMMAND} -S ${WORK}/source -B ${WORK}/app ${settings} -DDALIA_ASIO=${flavour})
  run(${CMAKE_COMMAND} --build ${WORK}/app)
  run(${WORK}/app/waits)
  if(NOT output STREQUAL "${flavour}\n")
    message(FATAL_ERROR "With DALIA_ASIO=${flavour} the Asio is ${output}")
  endif()
endforeach()

# Where there is no such Asio, find_package says what is missing.
if(WAY STREQUAL find_package)
  execute_process(COMMAND ${CMAKE_COMMAND} -S ${WORK}/source -B ${WORK}/without_asio ${settings} -DDALIA_ASIO=boost
                          -DCMAKE_DISABLE_FIND_PACKAGE_Boost=ON
                  RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(status EQUAL 0 OR NOT output MATCHES "dalia::asio needs Boost 1.81 or newer")
    message(FATAL_ERROR "Without Boost, find_package ended with ${status}:\n${output}")
  endif()
endif()

file(MAKE_DIRECTORY ${WORK}/run)
run(${CMAKE_COMMAND} -E chdir ${WORK}/run ${WORK}/app/app)
if(NOT output STREQUAL expected)
  message(FATAL_ERROR "The README says that its program prints\n${expected}but it prints\n${output}")
endif()

# The README's commands, with the installed program.
if(WAY STREQUAL find_package)
  cut_block("## The program" sh commands)
  file(WRITE ${WORK}/run/commands.sh "${commands}")
  run(${CMAKE_COMMAND} -E chdir ${WORK}/run ${CMAKE_COMMAND} -E env "PATH=${WORK}/prefix/bin:$ENV{PATH}" sh -e commands.sh)
  if(NOT output MATCHES "\\$1")
    message(FATAL_ERROR "the README's commands print\n${output}")
  endif()

  # The backends beside the core are found in the installation: nobody listens there, but it has tried.
  execute_process(COMMAND ${WORK}/prefix/bin/dalia --db postgres://u@127.0.0.1:1/d ping ERROR_VARIABLE output)
  if(NOT output MATCHES "check host and port")
    message(FATAL_ERROR "the installed program does not find PostgreSQL's client:\n${output}")
  endif()
endif()
