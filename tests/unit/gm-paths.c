/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gm-paths.h"

#include "plugins/crypto-gm/fe.h"
#include "plugins/crypto-gm/lanes.h"
#include "plugins/crypto-gm/scan.h"
#include "plugins/crypto-gm/sm3.h"

static gboolean
lanes_can_run(void)
{
	const int allowed = lanes_runs();
	int can;

	lanes_allow(1);
	can = lanes_runs();
	lanes_allow(allowed);
	return can != 0;
}

static guint
length(const char *const *names)
{
	return g_strv_length((char **)(gsize)names);
}

guint
gm_path_curves(void)
{
	return length(fe_paths()) * (lanes_can_run() ? 2 : 1);
}

guint
gm_path_count(void)
{
	return MAX(gm_path_curves(), length(sm3_paths()));
}

const char *
gm_path_use(guint i)
{
	static char name[64];
	const char *const *fields = fe_paths();
	const char *const *hashes = sm3_paths();
	const char *field = fields[i % length(fields)];
	const char *hash = hashes[i % length(hashes)];
	const int lanes = i / length(fields) % 2 == 0;

	g_assert_cmpint(fe_use(field), ==, 1);
	g_assert_cmpint(sm3_use(hash), ==, 0);
	lanes_allow(lanes);
	scan_use(lanes);
	g_snprintf(name, sizeof(name), "%s%s, %s", field,
		   lanes_runs() ? " and lanes" : "", hash);
	return name;
}

void
gm_path_best(void)
{
	fe_open();
	scan_use(1);
	sm3_open();
	lanes_allow(1);
}
