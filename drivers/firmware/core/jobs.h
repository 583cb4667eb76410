/* The requests that take a while. Each checks everything before anything moves. */
#ifndef INSITU_JOBS_H
#define INSITU_JOBS_H

#include "machine.h"

void job_measure(const Frame *frame);
void job_apply(const Frame *frame);
void job_learn(const Frame *frame);

#endif
