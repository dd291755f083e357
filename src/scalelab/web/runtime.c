/* The memory that numba-compiled code expects of its runtime, for WebAssembly.

   Arrays made inside a kernel are reference-counted blocks. Freed blocks go to a list by size
   class (powers of two), so a kernel that makes the same arrays again and again does not grow. */

typedef unsigned long size_t; /* 32 bits on wasm32 */
typedef long long i64;

typedef struct {
  i64 references;
  void *destructor;
  void *destructor_info;
  void *data;
  i64 size;
} MemInfo;

extern unsigned char __heap_base;

static size_t next_free;
static void *freed[32];

static int size_class(size_t bytes) {
  int class = 5;
  while (class < 31 && ((size_t)1 << class) < bytes) class++;
  return class;
}

static void *take(size_t bytes) {
  int class = size_class(bytes);
  if (freed[class]) {
    void *block = freed[class];
    freed[class] = *(void **)block;
    return block;
  }
  if (!next_free) next_free = ((size_t)&__heap_base + 63) & ~(size_t)63;
  size_t start = next_free, end = start + ((size_t)1 << class);
  size_t have = __builtin_wasm_memory_size(0) << 16;
  if (end < start) __builtin_trap(); /* beyond 4 GiB */
  if (end > have && __builtin_wasm_memory_grow(0, (end - have + 0xffff) >> 16) == (size_t)-1)
    __builtin_trap();
  next_free = end;
  return (void *)start;
}

static void give_back(void *block, size_t bytes) {
  int class = size_class(bytes);
  *(void **)block = freed[class];
  freed[class] = block;
}

/* 64 bytes of header keep the data aligned as numba asks (at most 64). */
void *NRT_MemInfo_alloc_aligned(i64 size, int align) {
  MemInfo *info = take((size_t)size + 64);
  (void)align;
  info->references = 1;
  info->data = (char *)info + 64;
  info->size = size;
  return info;
}

void *NRT_MemInfo_alloc(i64 size) { return NRT_MemInfo_alloc_aligned(size, 64); }
void *NRT_MemInfo_alloc_safe_aligned(i64 size, int align) {
  return NRT_MemInfo_alloc_aligned(size, align);
}

/* numba's own code counts references and calls this at zero. */
void NRT_MemInfo_call_dtor(MemInfo *info) { give_back(info, (size_t)info->size + 64); }

/* For the host: room for an argument array or the result structure. */
void *allocate(size_t bytes) { return take(bytes); }

/* For the host, between calls: forget everything. */
void reset(void) {
  next_free = 0;
  for (int i = 0; i < 32; i++) freed[i] = 0;
}

/* 128-bit product, which LLVM calls for where numba checks an array's size for overflow. */
typedef unsigned __int128 u128;
typedef unsigned long long u64;

u128 __multi3(u128 a, u128 b) {
  u64 a0 = (u64)a & 0xffffffff, a1 = (u64)a >> 32;
  u64 b0 = (u64)b & 0xffffffff, b1 = (u64)b >> 32;
  u64 low = a0 * b0;
  u64 middle = a1 * b0 + (low >> 32);
  u64 cross = a0 * b1 + (middle & 0xffffffff);
  u64 high = a1 * b1 + (middle >> 32) + (cross >> 32);
  high += (u64)a * (u64)(b >> 64) + (u64)(a >> 64) * (u64)b;
  return (u128)high << 64 | (cross << 32 | (low & 0xffffffff));
}
