package dev.oar.checkpoint;

import dev.oar.file.CorruptFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The globals that a PyTorch file may name. The list is short on purpose: whatever is not on it is refused, whether it is known
 * to run code or not known at all.
 */
final class TorchNames {
    /** A function that is done by hand. */
    enum Builder implements PickleValue.Foreign {
        /** A tensor of storage, offset, shape and strides. */
        TENSOR_1,
        /** The same with gradient and hooks. */
        TENSOR_2,
        /** The same with an element type, of a storage of bytes. */
        TENSOR_3,
        /** A parameter of a module, which is a tensor here. */
        PARAMETER,
        /** A tensor of a class of its own or with attributes. */
        TENSOR_SUBCLASS,
        /** The sizes of a tensor. */
        SIZE,
        /** A dictionary, ordered or with default values. */
        DICTIONARY,
        /** A text as bytes. */
        ENCODE
    }

    /** A class of storages; those of no type can be named but not read. */
    record StorageClass(String name, Optional<ElementType> type) implements PickleValue.Foreign {}

    /** An element type; those of no type can be named but not read. */
    record DataType(String name, Optional<ElementType> type) implements PickleValue.Foreign {}

    /** A class that only holds data; its objects are skipped. */
    record DataClass(String name) implements PickleValue.Foreign {}

    /** Data classes, module by module: what training scripts put into checkpoints beside the weights. */
    private static final String DATA_CLASSES = """
            argparse                    Namespace
            collections                 Counter deque
            datetime                    date datetime time timedelta timezone
            decimal                     Decimal
            easydict                    EasyDict
            fractions                   Fraction
            numpy                       dtype ndarray
            numpy.core.multiarray       _reconstruct scalar
            numpy._core.multiarray      _reconstruct scalar
            omegaconf.base              ContainerMetadata Metadata
            omegaconf.dictconfig        DictConfig
            omegaconf.listconfig        ListConfig
            omegaconf.nodes             AnyNode BooleanNode FloatNode IntegerNode StringNode
            pathlib                     Path PosixPath PurePath PurePosixPath PureWindowsPath WindowsPath
            pytorch_lightning.callbacks.early_stopping    EarlyStopping
            pytorch_lightning.callbacks.lr_monitor        LearningRateMonitor
            pytorch_lightning.callbacks.model_checkpoint  ModelCheckpoint
            pytorch_lightning.utilities.parsing           AttributeDict
            torch                       Tensor device
            torch.nn.parameter          Buffer Parameter
            torch.torch_version         TorchVersion
            types                       SimpleNamespace
            typing                      Any
            uuid                        UUID
            yacs.config                 CfgNode
            """;

    /** Python's own types of plain data, in a module that has had two names. */
    private static final String BUILT_IN_CLASSES =
            "bool bytearray bytes complex float frozenset int list long object range set slice str tuple unicode xrange";

    /** Modules whose names in a pickle mean that it is to run something; for the words of the error only. */
    private static final Set<String> RUNNING_CODE = words("""
            __builtin__ _codecs _io _operator _pickle _posixsubprocess asyncio atexit bdb builtins cPickle cProfile cloudpickle
            code codecs codeop commands concurrent copy_reg copyreg ctypes dill distutils doctest ensurepip fileinput ftplib
            functools gc glob http httplib idlelib imp importlib inspect io itertools joblib linecache logging mailcap marshal
            mmap multiprocessing nt ntpath operator os pdb pickle pip pkg_resources pkgutil platform popen2 posix posixpath
            profile pty pydoc requests runpy selectors setuptools shelve shlex shutil signal site smtplib socket socketserver
            sqlite3 ssl subprocess sys tempfile test threading timeit trace traceback types urllib urllib2 venv weakref
            webbrowser winreg xmlrpc zipimport
            """);

    /** The same within PyTorch, which also has names of data. */
    private static final Set<String> RUNNING_CODE_IN_TORCH =
            words("classes compile hub jit load multiprocessing ops package serialization");

    private static final Map<String, PickleValue> KNOWN = known();

    private TorchNames() {}

    /** What stands for a global, or nothing if it is not on the list. */
    static @Nullable PickleValue lookUp(String module, String name) {
        return KNOWN.get(module + " " + name);
    }

    /** The sentence that refuses a file for a global that is not on the list. */
    static CorruptFileException refusal(Path path, String module, String name) {
        String what = Damage.line(module + "." + name);
        String finding = runsCode(module, name)
                ? "its pickle tries to execute code by '" + what
                        + "'; nothing was executed, so do not trust this file and get the weights elsewhere"
                : "its pickle asks for '" + what + "', which is not on the list of those known to be harmless;"
                        + " nothing was executed, so save the state dict alone, best as safetensors, and open that";
        return new CorruptFileException(
                path + " must hold weights and plain data, which execute nothing, but " + finding);
    }

    private static boolean runsCode(String module, String name) {
        String[] parts = (module + "." + name).split("\\.", 3);
        return RUNNING_CODE.contains(parts[0])
                || (parts[0].equals("torch") && RUNNING_CODE_IN_TORCH.contains(parts[1]));
    }

    private static Map<String, PickleValue> known() {
        Map<String, PickleValue> known = new HashMap<>();
        known.put("torch._utils _rebuild_tensor", Builder.TENSOR_1);
        known.put("torch._utils _rebuild_tensor_v2", Builder.TENSOR_2);
        known.put("torch._utils _rebuild_tensor_v3", Builder.TENSOR_3);
        known.put("torch._utils _rebuild_parameter", Builder.PARAMETER);
        known.put("torch._utils _rebuild_parameter_with_state", Builder.PARAMETER);
        known.put("torch._tensor _rebuild_from_type_v2", Builder.TENSOR_SUBCLASS);
        known.put("torch Size", Builder.SIZE);
        known.put("collections OrderedDict", Builder.DICTIONARY);
        known.put("collections defaultdict", Builder.DICTIONARY);
        known.put("_codecs encode", Builder.ENCODE);
        for (String builtIn : List.of("builtins", "__builtin__")) {
            known.put(builtIn + " dict", Builder.DICTIONARY);
            words(BUILT_IN_CLASSES).forEach(name -> known.put(builtIn + " " + name, new DataClass(name)));
        }
        DATA_CLASSES.lines().forEach(line -> {
            String module = line.substring(0, line.indexOf(' '));
            words(line.substring(module.length()))
                    .forEach(name -> known.put(module + " " + name, new DataClass(module + "." + name)));
        });
        addStorageClasses(known);
        addDataTypes(known);
        return Map.copyOf(known);
    }

    private static void addStorageClasses(Map<String, PickleValue> known) {
        for (String module : List.of("torch", "torch.cuda")) {
            typed("""
                    Double F64  Float F32  Half F16  BFloat16 BF16  Long I64  Int I32  Short I16  Char I8  Byte U8  Bool BOOL
                    ComplexDouble -  ComplexFloat -  QInt8 -  QInt32 -  QUInt8 -  QUInt2x4 -  QUInt4x2 -
                    """)
                    .forEach((name, type) ->
                            known.put(module + " " + name + "Storage", new StorageClass(name + "Storage", type)));
        }
        StorageClass untyped = new StorageClass("UntypedStorage", Optional.of(ElementType.U8));
        known.put("torch UntypedStorage", untyped);
        known.put("torch.storage UntypedStorage", untyped);
        known.put("torch.storage _UntypedStorage", untyped);
    }

    private static void addDataTypes(Map<String, PickleValue> known) {
        typed("""
                float64 F64  float32 F32  float16 F16  bfloat16 BF16  float8_e4m3fn F8_E4M3  float8_e5m2 F8_E5M2
                int64 I64  int32 I32  int16 I16  int8 I8  uint64 U64  uint32 U32  uint16 U16  uint8 U8  bool BOOL
                complex128 -  complex64 -  complex32 -  qint32 -  qint8 -  quint8 -
                """).forEach((name, type) -> known.put("torch " + name, new DataType(name, type)));
    }

    /** Names and element types in turn; a name with another word behind it has none that can be read. */
    private static Map<String, Optional<ElementType>> typed(String table) {
        String[] words = table.strip().split("\\s+");
        Map<String, Optional<ElementType>> types = new HashMap<>();
        for (int i = 0; i < words.length; i += 2) {
            types.put(words[i], ElementType.named(words[i + 1]));
        }
        return types;
    }

    private static Set<String> words(String text) {
        return Set.of(text.strip().split("\\s+"));
    }
}
