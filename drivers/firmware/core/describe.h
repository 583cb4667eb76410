/* The description as JSON text, made anew each time it is wanted: nothing of it is kept in memory. */
#ifndef INSITU_DESCRIBE_H
#define INSITU_DESCRIBE_H

#include <stdint.h>

void describe(void (*put)(uint8_t byte));
/* The answer to a line with a question mark. */
void describe_for_people(void (*put)(uint8_t byte));

#endif
