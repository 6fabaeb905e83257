/* SPDX-License-Identifier: Apache-2.0 */
#include "host/grpc/share.h"

void
grpc_shares_init(GrpcShares *shares, guint calls_max)
{
	g_mutex_init(&shares->lock);
	shares->calls =
		g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
				      (GDestroyNotify)g_bytes_unref, NULL);
	shares->max = calls_max - calls_max / 4;
}

void
grpc_shares_clear(GrpcShares *shares)
{
	g_hash_table_unref(shares->calls);
	g_mutex_clear(&shares->lock);
}

static guint
calls_of(const GrpcShares *shares, GBytes *certificate)
{
	return GPOINTER_TO_UINT(
		g_hash_table_lookup(shares->calls, certificate));
}

static void
set(GrpcShares *shares, GBytes *certificate, guint n)
{
	if (n == 0)
		g_hash_table_remove(shares->calls, certificate);
	else
		g_hash_table_insert(shares->calls, g_bytes_ref(certificate),
				    GUINT_TO_POINTER(n));
}

gboolean
grpc_share_take(GrpcShares *shares, GBytes *certificate)
{
	gboolean taken;
	guint n;

	g_mutex_lock(&shares->lock);
	n = calls_of(shares, certificate);
	taken = n < shares->max;
	if (taken)
		set(shares, certificate, n + 1);
	g_mutex_unlock(&shares->lock);
	return taken;
}

void
grpc_share_give(GrpcShares *shares, GBytes *certificate)
{
	g_mutex_lock(&shares->lock);
	set(shares, certificate, calls_of(shares, certificate) - 1);
	g_mutex_unlock(&shares->lock);
}
