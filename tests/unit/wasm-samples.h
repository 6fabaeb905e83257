/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/wasm-samples.h: compiled contracts, of configs/samples and of
 * tests/unit/contracts.
 */
#ifndef TESTS_UNIT_WASM_SAMPLES_H
#define TESTS_UNIT_WASM_SAMPLES_H

#include <glib.h>

#define SAMPLE_EVIDENCE_C "configs/samples/evidence-wasm/c/evidence.wasm"
#define SAMPLE_EVIDENCE_AS                                                     \
	"configs/samples/evidence-wasm/assemblyscript/evidence.wasm"
#define SAMPLE_TOKEN "configs/samples/token-wasm/cpp/token.wasm"
#define SAMPLE_ASKER "tests/unit/contracts/asker.wasm"

/* A module, by its path in the sources. */
GByteArray *wasm_sample(const char *path);

#endif
