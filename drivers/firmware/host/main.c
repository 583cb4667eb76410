/* insitu-chip-host [--baud N] [--eeprom FILE] [--uid 16 DIGITS] [PATH]: the chip as a process on PATH or stdin and stdout. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core.h"
#include "host.h"

void fail(const char *what) {
  perror(what);
  exit(1);
}

int main(int count, char **words) {
  const char *path = 0, *file = 0, *uid = 0;
  long baud = 0;
  for (int i = 1; i < count; i++) {
    const int has_value = i + 1 < count;
    if (has_value && strcmp(words[i], "--baud") == 0) baud = strtol(words[++i], 0, 10);
    else if (has_value && strcmp(words[i], "--eeprom") == 0) file = words[++i];
    else if (has_value && strcmp(words[i], "--uid") == 0) uid = words[++i];
    else if (words[i][0] != '-' && !path) path = words[i];
    else {
      fprintf(stderr, "usage: %s [--baud N] [--eeprom FILE] [--uid 16 DIGITS] [PATH]\n", words[0]);
      return 2;
    }
  }
  if (baud < 0 || baud > 100000000L) {
    fprintf(stderr, "--baud: wanted 0 (unpaced) to 100000000, got %ld\n", baud);
    return 2;
  }
  signal(SIGPIPE, SIG_IGN);
  identity_open(file, uid);
  line_open(path, (uint32_t)baud);
  core_start();
  for (;;) core_step();
}
