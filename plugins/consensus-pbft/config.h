/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/consensus-pbft/config.h: the protocol's part of a chain's config; its
 * members are told in pbft.h. Times in ms.
 */
#ifndef PBFT_CONFIG_H
#define PBFT_CONFIG_H

#include <bsn/base.h>
#include <glib.h>

typedef struct {
	guint64 block_interval;
	guint64 view_timeout;
	guint64 view_timeout_max;
	guint64 suspect_timeout;
	guint64 resend;
	gboolean pipeline;
} Config;

/* Reads it; an empty text gives the defaults.
 *
 * Returns: BSN_OK. Errors: BSN_BAD_REQUEST, with key and remedy. [any] */
int32_t config_read(bsn_slice text, Config *config, bsn_err *err);

#endif
