package dev.oar.benchmark;

import dev.oar.tensor.Device;
import dev.oar.tensor.WeightFormat;
import java.util.Arrays;
import java.util.List;

/** How the weights of linear layers are stored; each has its own roofline. */
public enum WeightType {
    /** 4 bytes per weight. */
    FLOAT32("float32", 4),
    /** 2 bytes per weight, multiplied in float32. */
    FLOAT16("float16", 2),
    /** 2 bytes per weight. */
    BFLOAT16("bfloat16", 2),
    /** 1 byte per weight, with a scale per output. */
    INT8("int8", 1);

    private final String label;
    private final int bytes;

    WeightType(String label, int bytes) {
        this.label = label;
        this.bytes = bytes;
    }

    /** The name in rows and tables. */
    public String label() {
        return label;
    }

    /** The format of linear layers that are prepacked for drawing. */
    WeightFormat format() {
        return WeightFormat.valueOf(name());
    }

    /** The types that a device has products of; float16 and int8 are for the CPU alone. */
    static List<WeightType> measurable(Device device) {
        return Arrays.stream(values())
                .filter(type -> type.format().runsOn(device))
                .toList();
    }

    /** Bytes per weight. */
    public int bytes() {
        return bytes;
    }
}
