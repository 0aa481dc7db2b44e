# The tree-sitter runtime and its grammars, fetched by package-lock.json. Each is one static library, built at
# -O2 or better whatever the build type: parsing is most of a run's time, and nobody debugs a parse table.
set(modules ${PROJECT_SOURCE_DIR}/node_modules)
set(lock ${PROJECT_SOURCE_DIR}/package-lock.json)
set(installed ${modules}/.package-lock.json)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${lock})

if(NOT EXISTS ${installed} OR ${lock} IS_NEWER_THAN ${installed})
  find_program(CLEARWAY_NPM npm REQUIRED)
  message(STATUS "Fetching the grammars that package-lock.json names")
  execute_process(COMMAND ${CLEARWAY_NPM} ci --ignore-scripts --no-progress --loglevel=error
                  WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "`npm ci` could not fetch the grammars. Run it in ${PROJECT_SOURCE_DIR} to see why.")
  endif()
  file(TOUCH ${installed})
endif()

set(runtime ${modules}/tree-sitter/vendor/tree-sitter/lib)

# Somebody else's C, so neither our warnings nor debug information.
function(clearway_c_library target)
  add_library(${target} STATIC ${ARGN})
  target_compile_options(${target} PRIVATE -w -O3 -g0)
  set_target_properties(${target} PROPERTIES C_STANDARD 11 C_EXTENSIONS ON)
endfunction()

clearway_c_library(clearway_tree_sitter ${runtime}/src/lib.c)
target_include_directories(clearway_tree_sitter SYSTEM PUBLIC ${runtime}/include PRIVATE ${runtime}/src)
# The runtime's own headers, for what its interface does not offer fast enough.
add_library(clearway_tree_sitter_internals INTERFACE)
target_include_directories(clearway_tree_sitter_internals SYSTEM INTERFACE ${runtime}/src)

# A grammar may be older than the runtime, never newer; the runtime would reject its tables when it is first used.
function(clearway_language_version file name result)
  file(STRINGS ${file} line REGEX "#define ${name} [0-9]+" LIMIT_COUNT 1)
  string(REGEX MATCH "[0-9]+$" version "${line}")
  set(${result} ${version} PARENT_SCOPE)
endfunction()
clearway_language_version(${runtime}/include/tree_sitter/api.h TREE_SITTER_LANGUAGE_VERSION newest)
clearway_language_version(${runtime}/include/tree_sitter/api.h TREE_SITTER_MIN_COMPATIBLE_LANGUAGE_VERSION oldest)

foreach(language python rust cpp)
  set(source ${modules}/tree-sitter-${language}/src)
  clearway_language_version(${source}/parser.c LANGUAGE_VERSION version)
  if(version GREATER newest OR version LESS oldest)
    message(FATAL_ERROR "tree-sitter-${language} has language version ${version}; the runtime reads ${oldest} to ${newest}")
  endif()
  clearway_c_library(clearway_grammar_${language} ${source}/parser.c ${source}/scanner.c)
  target_include_directories(clearway_grammar_${language} PRIVATE ${source})
endforeach()
