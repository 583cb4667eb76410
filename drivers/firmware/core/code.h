/* The code families of docs/reference/codes.md, one code index at a time. */
#ifndef INSITU_CODE_H
#define INSITU_CODE_H

#include <stdint.h>
#include "port.h"

enum { CODE_RANDOM, CODE_WALSH, CODE_SEQUENTIAL, CODE_SINUSOID, CODE_FAMILIES };

/* Signs of all parameters at the current index: bit 0 is +, bit 1 is -. For random and walsh. */
extern const uint8_t *code_row;
/* The one perturbed parameter at the current index. For sequential. */
extern uint16_t code_single;

/* `reserved` bytes at the end of the scratch memory stay untouched. */
void code_open(uint8_t family, uint32_t seed, uint16_t params, uint16_t reserved);
void code_at(uint32_t index);
/* `code_row` no longer points into a generator's words, which may be fewer than the parameters. */
void code_close(void);
/* Value of parameter i at the current index, 32767 for 1. For sinusoid. */
int16_t code_wave(uint16_t i);

#endif
