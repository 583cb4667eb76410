/* A process on a PC: room for larger networks, larger frames and requests that wait their turn. */
#ifndef INSITU_PORT_LIMITS_H
#define INSITU_PORT_LIMITS_H

#define PORT_NAME "host"
/* Whatever the PC makes of it: not stated. */
#define PORT_SLOT_MICROS(params, neurons, outputs) (0 * ((params) + (neurons) + (outputs)))

#define LIMIT_PARAMS 4096
#define LIMIT_LAYERS 8
#define LIMIT_INPUT 255
#define LIMIT_WIDTH 255
#define LIMIT_SLOTS 4096
#define LIMIT_LEARN_ROWS 256
#define LIMIT_CREDITS 4
/* 4 bytes of every parameter, 6 for its tone, the window of LEARN, the frames */
#define LIMIT_ARENA (4096 * 10 + 256 + 4 * 8192)

/* queue (the port has its own), frame, payload, credits, window */
#define MEMORY_PLANS {{0, 8192, 1028, 4, 64}}

#define FLASH
#define FLASH_TEXT(literal) (literal)
#define FLASH_BYTE(at) (*(at))
#define FLASH_WORD(at) (*(at))
#define FLASH_DWORD(at) (*(at))
#define FLASH_POINTER(at) (*(at))

#endif
