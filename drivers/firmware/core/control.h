/* Requests that are answered at any time, also in the middle of work: HELLO, PING, ABORT, DISARM. */
#ifndef INSITU_CONTROL_H
#define INSITU_CONTROL_H

#include "machine.h"

enum {
  HELLO = 0x01, DESCRIBE, CONFIGURE, ARM, DISARM, WRITE, READ, PING,
  MEASURE = 0x10, APPLY, LEARN,
  ABORT = 0x20, CLEAR,
  SNAPSHOT = 0x30, RESTORE,
  DATA = 0xC0
};

uint8_t control_is(const Frame *frame);
void control(const Frame *frame);

#endif
