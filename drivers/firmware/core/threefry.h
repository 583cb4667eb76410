/* Threefry-2x32, 20 rounds: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC'11. */
#ifndef INSITU_THREEFRY_H
#define INSITU_THREEFRY_H

#include <stdint.h>

/* Streams of docs/reference/codes.md. */
enum { STREAM_RANDOM = 1, STREAM_SEQUENTIAL, STREAM_WALSH, STREAM_FREQUENCY, STREAM_PHASE };

/* A port may bring its own (PORT_THREEFRY). */
void threefry(uint32_t key0, uint32_t key1, uint32_t counter0, uint32_t counter1, uint32_t out[2]);

#endif
