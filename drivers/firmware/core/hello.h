/* What HELLO and CONFIGURE answer, and the description in pieces. */
#ifndef INSITU_HELLO_H
#define INSITU_HELLO_H

#include <stdint.h>

/* Computes length and CRC of the description; after every change of the network. */
void hello_prepare(void);
void hello(void (*put)(uint8_t byte));

#endif
