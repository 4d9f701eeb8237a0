(component definition
  (type u8) (type u16) (type $x u32) (type (list $x)) (core module) (core module)
  (@custom "component-name" "\00\05\04name"
    "\01\1b\03\05" "\00\01a" "\01\01a" "\02\05a \22b\c3" "\03\00" "\63\03out"
    "\01\05\03\01\01\01z"
    "\01\09\00\11\02\00\01m\01\01m"))
