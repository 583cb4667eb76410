/* Builds one outgoing frame at a time, byte by byte: CRC and COBS on the way, no copy of the frame. */
#ifndef INSITU_SEND_H
#define INSITU_SEND_H

#include <stdint.h>

void send_begin(uint8_t type, uint16_t seq);
void send8(uint8_t value);
void send16(uint16_t value);
void send32(uint32_t value);
void send_end(void);

/* DATA frames stay open from slot to slot; anything else that wants to be sent closes them first. */
uint16_t send_length(void); /* bytes of the open frame so far, type and seq included; 0 if none is open */
void send_close(void);

#endif
