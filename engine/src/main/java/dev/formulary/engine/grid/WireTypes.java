package dev.formulary.engine.grid;

import java.io.IOException;
import java.util.function.Function;
import org.infinispan.protostream.FileDescriptorSource;
import org.infinispan.protostream.ProtobufTagMarshaller;
import org.infinispan.protostream.SerializationContext;
import org.infinispan.protostream.SerializationContextInitializer;

/// Tells Infinispan how to send our functions to other nodes: each is its bytes.
final class WireTypes implements SerializationContextInitializer {
    private static final String FILE = "formulary.proto";
    private static final String PACKAGE = "formulary";
    private static final String SCHEMA = """
        syntax = "proto3";
        package formulary;
        message CountFunction { bytes body = 1; }
        message SessionFunction { bytes body = 1; }
        """;

    @Override
    public void registerSchema(SerializationContext context) {
        context.registerProtoFiles(FileDescriptorSource.fromString(FILE, SCHEMA));
    }

    @Override
    public void registerMarshallers(SerializationContext context) {
        context.registerMarshaller(new Body<>(CountFunction.class, CountFunction::new, CountFunction::step));
        context.registerMarshaller(new Body<>(SessionFunction.class, SessionFunction::new, SessionFunction::record));
    }

    /// A message with one field, which holds bytes.
    private record Body<T>(Class<T> type, Function<byte[], T> made,
            Function<T, byte[]> body) implements ProtobufTagMarshaller<T> {
        private static final int FIELD = 1;
        private static final int TAG = FIELD << 3 | 2;

        @Override
        public Class<T> getJavaClass() {
            return type;
        }

        @Override
        public String getTypeName() {
            return PACKAGE + "." + type.getSimpleName();
        }

        @Override
        public T read(ReadContext context) throws IOException {
            var in = context.getReader();
            byte[] read = {};
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (tag == TAG) {
                    read = in.readByteArray();
                } else if (!in.skipField(tag)) {
                    break;
                }
            }
            return made.apply(read);
        }

        @Override
        public void write(WriteContext context, T value) throws IOException {
            context.getWriter().writeBytes(FIELD, body.apply(value));
        }
    }
}
