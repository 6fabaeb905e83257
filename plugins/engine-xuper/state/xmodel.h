/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/state/xmodel.h: XModel: versioned values by bucket and
 * key. A version is where a value was written: a transaction and the place in
 * its tx_outputs_ext. What was deleted keeps its version, with the value
 * XMODEL_DELETED, as XuperChain has it.
 *
 * In the layer: 'X' bucket-length bucket key -> txid, offset, value.
 */
#ifndef XUPER_STATE_XMODEL_H
#define XUPER_STATE_XMODEL_H

#include "plugins/engine-xuper/identity/suite.h"
#include "plugins/engine-xuper/state/layer.h"

#define XMODEL_BUCKET_MAX 64u
#define XMODEL_KEY_MAX 160u
#define XMODEL_VALUE_MAX (1u << 20)
#define XMODEL_DELETED "\0"
#define XMODEL_DELETED_LEN 1u

/* Whether an output's value says that the key is gone. */
gboolean xmodel_is_deleted(bsn_slice value);

typedef struct {
	gboolean there; /* FALSE: never written; then all else is empty */
	guint8 txid[HASH_LEN];
	gint32 offset;
} XVersion;
gboolean xversion_equal(const XVersion *a, const XVersion *b);

/* The version and value that count; value (may be NULL) is what was written,
 * XMODEL_DELETED included.
 * Returns: BSN_OK, also when there is none. Errors: BSN_TOO_LARGE for bucket or
 * key; of the store. [any] */
int32_t xmodel_get(Layer *layer, bsn_slice bucket, bsn_slice key,
		   XVersion *version, GByteArray *value, bsn_err *err);
/* Whether they are within the limits. [any] */
gboolean xmodel_fits(bsn_slice bucket, bsn_slice key, bsn_slice value);
/* They fit. [strand] */
void xmodel_put(Layer *layer, bsn_slice bucket, bsn_slice key,
		const XVersion *version, bsn_slice value);

typedef struct XScan XScan;
struct XScan { /* deleted keys come, too; not to change the layer */
	int32_t (*item)(XScan *scan, bsn_slice key, const XVersion *version,
			bsn_slice value);
};
/* Keys with from <= k < to of a bucket; `to` empty: its end. */
int32_t xmodel_scan(Layer *layer, bsn_slice bucket, bsn_slice from,
		    bsn_slice to, XScan *scan, bsn_err *err);

#endif
