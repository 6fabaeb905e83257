/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/codes.h"

#include <bsn/base.h>

const FiscoCode *
fisco_code(guint64 code)
{
	static const FiscoCode codes[] = {
#define FISCO_X(symbol, number, name, status, sentence)                        \
	{ number, name, status, sentence },
		FISCO_CODE_MAP(FISCO_X)
#undef FISCO_X
	};
	static const FiscoCode unknown = { 1, "Unknown", BSN_FAULT,
					   "It failed." };

	for (guint i = 0; i < G_N_ELEMENTS(codes); i++)
		if ((guint64)codes[i].code == code)
			return &codes[i];
	return &unknown;
}

guint32
fisco_code_of_status(int32_t status)
{
	switch (status) {
	case BSN_OK:
		return FISCO_OK;
	case BSN_REVERTED:
		return FISCO_REVERT;
	case BSN_OUT_OF_BUDGET:
		return FISCO_OUT_OF_GAS;
	case BSN_NOT_FOUND:
		return FISCO_NO_CONTRACT;
	case BSN_FROZEN:
		return FISCO_FROZEN;
	case BSN_CONFLICT:
		return FISCO_ADDRESS_USED;
	}
	return FISCO_BAD_INSTRUCTION;
}
