/* SPDX-License-Identifier: Apache-2.0
 *
 * Organisations and identities from outside: four bytes with a length, an
 * MSPConfig of that length, and a certificate or a revocation list in PEM to
 * judge by it.
 */
#include <bsn/helpers/bytes.h>

#include "plugins/engine-fabric/msp/manager.h"
#include "plugins/kit/wire.h"
#include "tests/unit/fabric-ca.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
judge(const Suite *suite, bsn_slice config, bsn_slice pem)
{
	g_autoptr(Msp) msp = NULL;
	g_autoptr(MspIdentity) identity = NULL;
	g_autoptr(X509_CRL) list = NULL;
	bsn_err err = { .size = sizeof(err) };
	int32_t status = msp_new(suite, config, &msp, &err);

	(void)certificate_parse_crl(suite, pem, &list, NULL);
	g_assert_true((status == BSN_OK) == (msp != NULL));
	if (msp == NULL) {
		g_assert_cmpstr(err.reason, !=, "");
		return;
	}
	status = msp_identify(msp, pem, &identity, &err);
	g_assert_true((status == BSN_OK) == (identity != NULL));
	if (identity != NULL)
		g_assert_true(msp_identity_has_role(
			identity, COMMON__MSPROLE__MSPROLE_TYPE__MEMBER));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static Suite suites[2];
	Wire wire = wire_of(bsn_slice_of(data, size));
	const bsn_slice config = wire_bytes(&wire, wire_u32(&wire));

	if (suites[0].hash == NULL) {
		suites[0] = fabric_suite(FALSE);
		suites[1] = fabric_suite(TRUE);
	}
	if (wire.bad)
		return 0;
	for (guint i = 0; i < G_N_ELEMENTS(suites); i++)
		judge(&suites[i], config, wire.rest);
	return 0;
}
