/* SPDX-License-Identifier: Apache-2.0
 *
 * host/io/io.h: what plugins that declare BSN_PLUGIN_DOES_IO have of the
 * outside world (bsn/ext/io.h): connections, timers, children. Main loop only.
 */
#ifndef HOST_IO_IO_H
#define HOST_IO_IO_H

#include <bsn/ext/io.h>
#include <glib.h>

#include "host/loop.h"
#include "host/ops/metrics.h"

typedef struct IoService IoService;

/* The texts and lists stay as they are as long as the service. Lists are ended
 * by NULL. */
typedef struct {
	const char *directory; /* made when missing: a part for each plugin */
	const char *confiner;  /* bsn-confined */
	const char *const *listen;  /* "PLUGIN ADDRESS:PORT"; port 0 is any */
	const char *const *connect; /* likewise; port 0 is any */
	const char *const *child_paths; /* what children may read and run */
	const char *const *settings; /* "PLUGIN NAME=VALUE" */
	/* Of each plugin: */
	guint connections_max;
	guint64 queue_max; /* bytes to be sent, of one connection */
	guint children_max;
	/* Of each child: */
	guint64 child_memory_max; /* bytes */
	guint64 child_file_max;   /* bytes of a file that it writes */
	guint child_processes_max;
	guint child_files_max;  /* open at once */
	const char *child_cgroup; /* theirs are made in it; empty: none */
	guint child_cpu_percent;  /* of one core, in a cgroup */
	gboolean child_confined; /* or it is not started */
} IoConfig;

/* NULL with an error when the directory cannot be had. */
IoService *io_service_new(Loop *loop, const IoConfig *config, GError **error);
/* Hands I/O to a loaded plugin that declares it; does nothing for others. */
void io_service_start(IoService *service, const bsn_plugin *plugin);
/* Every chain is closed: tells the plugins, and ends what they have. */
void io_service_stop(IoService *service);
/* After io_service_stop; io_service_free(NULL) does nothing. */
void io_service_free(IoService *service);

/* ---- numbers ---- */

/* A MetricsProvider's. */
void io_service_measure(MetricsWriter *w, void *owner);

typedef struct {
	const char *plugin; /* borrowed; likewise all texts */
	guint listeners, connections, children;
	guint64 accepted, refused, connected, received, sent; /* in all */
	guint64 starts, restarts, ends; /* of children, in all */
} IoAccountStatus;

typedef struct {
	const char *name;
	gint64 pid;    /* 0: none yet */
	gboolean ready;
	guint restarts; /* of that name */
	guint connections;
	const char *missing; /* "network: Operation not permitted; ..." */
} IoChildStatus;

/* Tells of each plugin, then of each of its children. */
typedef struct {
	void (*account)(void *owner, const IoAccountStatus *status);
	void (*child)(void *owner, const IoChildStatus *status);
	void *owner;
} IoVisitor;

void io_service_visit(const IoService *service, const IoVisitor *visitor);

#endif
