/* SPDX-License-Identifier: Apache-2.0
 *
 * host/ops/notify.h: what the service manager is told (sd_notify). Without
 * systemd nothing happens.
 */
#ifndef HOST_OPS_NOTIFY_H
#define HOST_OPS_NOTIFY_H

#include "host/loop.h"

/* READY=1; from then on, where the unit asks for it (WatchdogSec=), WATCHDOG=1
 * at half its interval, from the main loop: a loop that hangs is noticed. Main
 * thread, once. */
void notify_ready(Loop *loop);
/* STOPPING=1. */
void notify_stopping(void);

#endif
