# The catalogue and the checks' pages become part of the program: clearway_embedded defines what
# catalog/EmbeddedFiles.h declares.
file(GLOB_RECURSE embedded_catalog CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/checks/catalog/*.yaml)
file(GLOB embedded_pages CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/docs/checks/*.md)
set(generated ${PROJECT_BINARY_DIR}/generated/EmbeddedFiles.cpp)
set(file_list ${PROJECT_BINARY_DIR}/generated/EmbeddedFiles.txt)

# The list is a file of its own, so that a file that was removed is noticed, too.
list(JOIN embedded_pages "\n" page_lines)
file(CONFIGURE OUTPUT ${file_list} CONTENT "${page_lines}\n")

add_custom_command(
  OUTPUT ${generated}
  COMMAND ${CMAKE_COMMAND} -DROOT=${PROJECT_SOURCE_DIR} -DLIST=${file_list} -DOUTPUT=${generated}
          -P ${PROJECT_SOURCE_DIR}/cmake/EmbedFiles.cmake
  DEPENDS ${embedded_pages} ${file_list} ${PROJECT_SOURCE_DIR}/cmake/EmbedFiles.cmake
  COMMENT "Embedding the checks' pages"
  VERBATIM)

# The catalogue is read, and so checked, when the program is built: its YAML would take longer to read at each
# start than a small project takes to check.
set(packed ${PROJECT_BINARY_DIR}/generated/EmbeddedCatalog.cpp)
set(catalog_list ${PROJECT_BINARY_DIR}/generated/EmbeddedCatalog.txt)
list(SORT embedded_catalog)
list(JOIN embedded_catalog "\n" lines)
file(CONFIGURE OUTPUT ${catalog_list} CONTENT "${lines}\n")
# It compiles the reader itself: the library clearway_catalog contains what this makes.
file(GLOB reader CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tool/catalog/*.cpp)
list(REMOVE_ITEM reader ${PROJECT_SOURCE_DIR}/tool/catalog/Embedded.cpp ${PROJECT_SOURCE_DIR}/tool/catalog/Lint.cpp)
add_executable(clearway-pack-catalog ${PROJECT_SOURCE_DIR}/tool/pack/main.cpp ${reader})
target_include_directories(clearway-pack-catalog PRIVATE ${PROJECT_SOURCE_DIR}/tool)
target_link_libraries(clearway-pack-catalog PRIVATE clearway_facts yaml-cpp clearway_warnings)
add_custom_command(
  OUTPUT ${packed}
  COMMAND clearway-pack-catalog ${PROJECT_SOURCE_DIR} ${catalog_list} ${packed}
  DEPENDS clearway-pack-catalog ${embedded_catalog} ${catalog_list}
  COMMENT "Packing the catalogue"
  VERBATIM)
add_library(clearway_embedded STATIC ${generated} ${packed})
target_include_directories(clearway_embedded PUBLIC ${PROJECT_SOURCE_DIR}/tool)
