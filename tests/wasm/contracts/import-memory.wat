;; SPDX-License-Identifier: Apache-2.0
(module (import "bsn" "memory" (memory 1)) (export "memory" (memory 0)) (func (export "f")))
