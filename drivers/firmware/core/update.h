/* theta32 += increment times code value: what APPLY and LEARN share. */
#ifndef INSITU_UPDATE_H
#define INSITU_UPDATE_H

#include <stdint.h>

extern uint16_t update_clipped; /* parameters that met a limit; stays at 65535 */

/* round_shift(x * m, e), saturated to +-(2^31 - 1); -16 <= e <= 31. 32-bit steps only. */
int32_t update_scale(int32_t x, int16_t m, int8_t e);
/* Adds +-by to `count` parameters from `first` on, signs from code_row. A port may bring its own (PORT_UPDATE). */
void update_signs(uint16_t first, uint16_t count, int32_t by);
/* The limit a parameter is held at, counted. */
int32_t update_limit(uint8_t bottom);
/* Adds the present code times the increment of every bank. */
void update_add(uint8_t delta_kind, const int32_t *increment);

#endif
