/* Turns received bytes into frames: COBS and CRC on the way, straight into the slot where the frame is worked on. */
#ifndef INSITU_RECEIVE_H
#define INSITU_RECEIVE_H

#include <stdint.h>

typedef struct {
  uint8_t *data;   /* type, seq (2), payload */
  uint16_t length; /* of the payload */
} Frame;

typedef enum { RECEIVED_NOTHING, RECEIVED_FRAME, RECEIVED_TEXT } Received;

extern uint16_t receive_bad; /* frames dropped: wrong CRC, too long, too short */

void receive_reset(void);
/* Takes bytes until a frame is complete or the line is empty. */
Received receive(Frame *frame);
/* Keeps the frame just received until `receive_done`; 0 if it came in while no slot was free. */
uint8_t receive_keep(const Frame *frame);
/* The oldest kept frame; 0 if there is none. */
uint8_t receive_next(Frame *frame);
void receive_done(void);

#endif
