/* The requests that are done at once. */
#ifndef INSITU_REQUESTS_H
#define INSITU_REQUESTS_H

#include "machine.h"

void request_describe(const Frame *frame);
void request_configure(const Frame *frame);
void request_arm(const Frame *frame);
void request_write(const Frame *frame);
void request_read(const Frame *frame);
void request_clear(const Frame *frame);
void request_snapshot(const Frame *frame);
void request_restore(const Frame *frame);

#endif
