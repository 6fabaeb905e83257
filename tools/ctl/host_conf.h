/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/host_conf.h: the config file that a new node begins with: the
 * project's commented sample with some keys set.
 */
#ifndef TOOLS_CTL_HOST_CONF_H
#define TOOLS_CTL_HOST_CONF_H

#include <glib.h>

typedef struct {
	const char *section; /* NULL ends a list */
	const char *key;
	const char *value;
} HostConfValue;

/* The sample, with every comment, and each value in place of the sample's own.
 * NULL with an error when the sample lacks a key. */
char *host_conf_fill(const HostConfValue *values, GError **error);

/* The same from another text. */
char *host_conf_fill_text(const char *sample, const HostConfValue *values,
			  GError **error);

/* What the sample has for a key, to be freed; NULL when it lacks it. */
char *host_conf_sample_value(const char *section, const char *key);

#endif
