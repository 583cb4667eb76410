/* The state of the board, its watchdog, and the two ways to answer. */
#ifndef INSITU_MACHINE_H
#define INSITU_MACHINE_H

#include <stdint.h>
#include "receive.h"

enum { STATE_IDLE, STATE_ARMED, STATE_RUNNING, STATE_FAULT };
enum { FAULT_NONE, FAULT_WATCHDOG, FAULT_INTERNAL };
enum {
  REFUSE_UNKNOWN = 1, REFUSE_LENGTH, REFUSE_STATE, REFUSE_ARMING, REFUSE_LIMIT,
  REFUSE_VALUE, REFUSE_ABORTED, REFUSE_FAULT, REFUSE_TOO_BIG
};

typedef struct {
  uint8_t state, fault;
  uint8_t stop; /* the running work must end */
  uint16_t watchdog; /* ms */
  uint32_t arming, heard; /* heard: ms of the last valid frame */
} Machine;

extern Machine machine;

void machine_safe(void);     /* parameters to safe values, arming forgotten */
void machine_watch(void);    /* latches FAULT when nothing valid was heard for the armed time */
/* Between two steps of work: listens; 0 if the work must end. Closes an open DATA frame before it answers. */
uint8_t machine_goes_on(void);

static inline uint16_t frame_seq(const Frame *frame) { return (uint16_t)(frame->data[1] | frame->data[2] << 8); }
static inline const uint8_t *frame_payload(const Frame *frame) { return frame->data + 3; }

void answer(const Frame *frame); /* begins the reply */
void refuse(const Frame *frame, uint8_t reason, uint32_t detail);

#endif
