/* The reply to the last request that moved the machine: a repeat of it is answered from here, never executed again. */
#ifndef INSITU_STORE_H
#define INSITU_STORE_H

#include "receive.h"

uint8_t store_answers(const Frame *frame); /* 1 if the frame is such a repeat, which is then answered */
void store_begin(const Frame *frame);
void store8(uint8_t value);
void store16(uint16_t value);
void store32(uint32_t value);
uint8_t *store_skip(uint8_t count); /* room to be written later, before `store_send` */
void store_send(void);
void store_forget(void); /* the request begun did not come to its end */

#endif
