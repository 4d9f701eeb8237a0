;; Modules whose binary has more ways than one, for tests of the printer: `tenon wast
;; --round-trip`.

;; A name section that has two maps of functions, with one name in both.
(module (func) (func) (func)
  (@custom "name" "\01\04\01\00\01a" "\01\07\02\01\01a\02\01b"))
;; Several name sections, of which the assembler would write any, or one.
(module (func)
  (@custom "name" "\01\04\01\00\01a") (@custom "name" "\01\04\01\00\01b"))
(module (func) (@custom "name" "c") (@custom "name" "\01\04\01\00\01b"))
(module (func) (@custom "name" "\01\04\01\00\01b") (@custom "name" "c"))
;; Names of locals that are equal; a name that is none; indices that are not there.
(module (func (param i32 i32))
  (@custom "name" "\02\09\01\00\02\00\01a\01\01a" "\01\09\02\00\00\63\03abc" "\01\02\01"))

;; Encodings that are longer than they need to be.
(module binary "\00asm" "\01\00\00\00"
  "\00\02\01a" "\01\08\01\4e\01\4f\00\60\00\00" "\00\02\01b" "\03\02\01\00"
  "\04\01\00" "\05\04\01\00\81\00" "\00\02\01c"
  "\0a\18\01\16\04\00\7f\01\7f\01\7f\01\7e\41\80\00\28\42\00\80\00\1a\02\00\0b\0b"
  "\0b\08\01\02\00\41\00\0b\01\61")
;; A data count section and types that nothing asks for, and one type twice.
(module
  (type (func)) (type (func)) (rec (type (struct)) (type (func)))
  (memory 1) (data (i32.const 0) "a") (@tenon.data_count) (func (type 1)))
;; Element segments in each of their forms.
(module (table 1 funcref) (table 1 funcref) (func $f)
  (elem (i32.const 0) func $f)
  (elem (i32.const 0) funcref (item ref.func $f))
  (elem (table 1) (i32.const 0) func $f)
  (elem (table 1) (i32.const 0) (ref func) (ref.func $f))
  (elem func $f) (elem funcref (ref.func $f) (ref.null func)) (elem (ref $t) (ref.func $f))
  (elem declare func $f) (elem declare (ref func) (ref.func $f))
  (type $t (func)))
