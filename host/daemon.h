/* SPDX-License-Identifier: Apache-2.0
 *
 * host/daemon.h: the parts of bsn-hostd put together, in the order in which
 * they need each other, and taken apart again.
 */
#ifndef HOST_DAEMON_H
#define HOST_DAEMON_H

#include "host/config/config.h"

typedef struct Daemon Daemon;

/* Starts everything; takes the config. An error says which part failed, why,
 * and what to do. */
Daemon *daemon_start(Config *config, GError **error);
/* Serves until SIGTERM or SIGINT, then answers what was accepted and closes
 * every chain. */
void daemon_run(Daemon *daemon);
void daemon_free(Daemon *daemon);

#endif
