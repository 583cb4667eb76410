#ifndef INSITU_HOST_H
#define INSITU_HOST_H

#include <stdint.h>

/* Opens the line: `path` of a terminal device, or 0 for standard input and output. baud 0: as fast as it goes. */
void line_open(const char *path, uint32_t baud);
/* Boot counter and uid from `file`, or a counter from the clock without one. */
void identity_open(const char *file, const char *uid);
uint64_t clock_nanos(void);
void fail(const char *what);

#endif
