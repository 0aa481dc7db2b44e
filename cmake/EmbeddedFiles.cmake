# The catalogue and the checks' pages become part of the program: clearway_embedded defines what
# catalog/EmbeddedFiles.h declares.
file(GLOB_RECURSE embedded_catalog CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/checks/catalog/*.yaml)
file(GLOB embedded_pages CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/docs/checks/*.md)
set(generated ${PROJECT_BINARY_DIR}/generated/EmbeddedFiles.cpp)
set(file_list ${PROJECT_BINARY_DIR}/generated/EmbeddedFiles.txt)

# The list is a file of its own, so that a file that was removed is noticed, too.
list(JOIN embedded_catalog "\n" lines)
list(JOIN embedded_pages "\n" page_lines)
file(CONFIGURE OUTPUT ${file_list} CONTENT "${lines}\n${page_lines}\n")

add_custom_command(
  OUTPUT ${generated}
  COMMAND ${CMAKE_COMMAND} -DROOT=${PROJECT_SOURCE_DIR} -DLIST=${file_list} -DOUTPUT=${generated}
          -P ${PROJECT_SOURCE_DIR}/cmake/EmbedFiles.cmake
  DEPENDS ${embedded_catalog} ${embedded_pages} ${file_list} ${PROJECT_SOURCE_DIR}/cmake/EmbedFiles.cmake
  COMMENT "Embedding the catalogue and the checks' pages"
  VERBATIM)
add_library(clearway_embedded STATIC ${generated})
target_include_directories(clearway_embedded PUBLIC ${PROJECT_SOURCE_DIR}/tool)
