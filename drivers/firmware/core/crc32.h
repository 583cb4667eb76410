/* CRC-32 (IEEE 802.3, reflected), as zlib computes it: start with CRC32_START, invert at the end. */
#ifndef INSITU_CRC32_H
#define INSITU_CRC32_H

#include <stdint.h>

#define CRC32_START 0xFFFFFFFFUL
/* The running value after a message followed by its own CRC. */
#define CRC32_RESIDUE 0xDEBB20E3UL

extern const uint32_t crc32_low[16], crc32_high[16];

uint32_t crc32_add(uint32_t crc, uint8_t byte);

#endif
