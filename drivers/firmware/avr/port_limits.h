/* ATmega328P, 16 MHz: 2 KB of RAM decide every number here. */
#ifndef INSITU_PORT_LIMITS_H
#define INSITU_PORT_LIMITS_H

#include <avr/pgmspace.h>

#define PORT_NAME "ATmega328P"
#define PORT_LAYER /* avr/layer.S */
#define PORT_UPDATE /* avr/update.S */
#define PORT_CRC32 /* avr/crc32.S */
#define PORT_THREEFRY /* avr/threefry.S */
#define PORT_THREEFRY /* avr/threefry.S */
/* Time to compute a slot, within a fifth with and without a code; the line may take longer to carry it. */
#define PORT_SLOT_MICROS(params, neurons, outputs) (95 + 4 * (uint32_t)(params) + 10 * (neurons) + 35 * (outputs))

#define LIMIT_PARAMS 220
#define LIMIT_LAYERS 4
#define LIMIT_INPUT 56
#define LIMIT_WIDTH 16
#define LIMIT_SLOTS 1024
#define LIMIT_LEARN_ROWS 16
#define LIMIT_CREDITS 2
#define LIMIT_ARENA 1200

/* queue, frame, payload, credits, window; a payload and its COBS run must fit the queue with room to go on. */
#define MEMORY_PLANS {{255, 255, 210, 2, 64}, {160, 160, 120, 2, 64}, {128, 156, 98, 1, 8}}

#define FLASH PROGMEM
#define FLASH_TEXT(literal) PSTR(literal)
#define FLASH_BYTE(at) pgm_read_byte(at)
#define FLASH_WORD(at) pgm_read_word(at)
#define FLASH_DWORD(at) pgm_read_dword(at)
#define FLASH_POINTER(at) pgm_read_word(at)

#endif
