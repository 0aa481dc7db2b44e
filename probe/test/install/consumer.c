#include <clearway/probe.h>
#include <clearway/probe_inline.h>

#include <stdio.h>
#include <string.h>

int main(void) {
  clearway_loop *loop = NULL;
  clearway_config config;
  memset(&config, 0, sizeof config);
  config.struct_size = sizeof config;
  if (strcmp(clearway_probe_version(), CLEARWAY_PROBE_VERSION) != 0 || !clearway_inline_usable()) {
    return 2;
  }
  if (clearway_probe_installed(NULL) != CLEARWAY_E_NOT_RUNNING || clearway_probe_start(&config) != CLEARWAY_OK ||
      clearway_loop_create(NULL, &loop) != CLEARWAY_OK || clearway_loop_attach(loop) != CLEARWAY_OK) {
    return 3;
  }
  clearway_inline_begin(loop, 0);
  clearway_inline_end(loop);
  if (clearway_probe_installed(NULL) != CLEARWAY_OK) {
    return 4;
  }
  clearway_loop_destroy(loop);
  puts("measured");
  return clearway_probe_stop() == CLEARWAY_OK ? 0 : 5;
}
