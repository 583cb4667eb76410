/* Which code index, and which half of an opposite pair, a slot has. */
#ifndef INSITU_SCHEDULE_H
#define INSITU_SCHEDULE_H

#include <stdint.h>

#define SCHEDULE_BYTES 12 /* family, flags, seed, first, hold */

typedef struct {
  uint8_t family, opposite;
  uint32_t seed, index;
  uint16_t hold, held;
  uint8_t negative;
} Schedule;

/* Reads a code's setting; 0, or 1 + the offset of the byte that is wrong. */
uint8_t schedule_read(Schedule *schedule, const uint8_t *at);
/* Whether all indices of so many slots stay below 2^32. */
uint8_t schedule_reaches(const Schedule *schedule, uint32_t slots);
uint8_t schedule_delta_kind(const Schedule *schedule);
/* Makes the present index and sign those of the delta. */
void schedule_use(const Schedule *schedule);
/* One slot further; 1 if the index or the sign has changed. */
uint8_t schedule_next(Schedule *schedule);

#endif
