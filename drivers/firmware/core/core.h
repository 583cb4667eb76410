#ifndef INSITU_CORE_H
#define INSITU_CORE_H

void core_start(void);
/* One turn of the main loop: listen, work, watch. */
void core_step(void);

#endif
