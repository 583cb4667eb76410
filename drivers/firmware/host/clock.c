#define _POSIX_C_SOURCE 200809L
#include <time.h>
#include "host.h"
#include "port.h"

uint64_t clock_nanos(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint32_t port_millis(void) { return (uint32_t)(clock_nanos() / 1000000); }

uint32_t port_micros(void) { return (uint32_t)(clock_nanos() / 1000); }
