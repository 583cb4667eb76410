/* What a board keeps in its EEPROM: boot counter (4 bytes) and uid (8 bytes). */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "bytes.h"
#include "host.h"
#include "port.h"

static uint8_t kept[12];

static void read_uid(const char *digits) {
  if (strlen(digits) != 16 || strspn(digits, "0123456789abcdef") != 16) {
    fprintf(stderr, "--uid: wanted 16 lower-case hexadecimal digits, got %s\n", digits);
    exit(2);
  }
  for (int i = 0; i < 8; i++) {
    const char pair[3] = {digits[2 * i], digits[2 * i + 1], 0};
    kept[4 + i] = (uint8_t)strtoul(pair, 0, 16);
  }
}

void identity_open(const char *file, const char *uid) {
  if (!file) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    /* Tenths of a second rise from start to start as well. */
    put32(kept, (uint32_t)((uint64_t)now.tv_sec * 10 + (uint64_t)now.tv_nsec / 100000000u));
    if (uid) read_uid(uid);
    return;
  }
  FILE *memory = fopen(file, "rb");
  if (memory) {
    if (fread(kept, 1, sizeof kept, memory) != sizeof kept) memset(kept, 0, sizeof kept);
    fclose(memory);
  }
  if (uid) read_uid(uid);
  put32(kept, get32(kept) + 1);
  memory = fopen(file, "wb");
  if (!memory || fwrite(kept, 1, sizeof kept, memory) != sizeof kept || fclose(memory) != 0) fail(file);
}

uint32_t port_boots(void) { return get32(kept); }

uint8_t port_uid(uint8_t index) { return kept[4 + index]; }

uint8_t port_reset_reason(void) { return 1; }
