import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;

/** Trust PEM STORE: turns a bundle of CA certificates into a store that Java can read. */
class Trust {
  public static void main(String[] args) throws Exception {
    var store = KeyStore.getInstance("JKS");
    store.load(null, null);
    try (var pem = new FileInputStream(args[0])) {
      for (var ca : CertificateFactory.getInstance("X.509").generateCertificates(pem))
        store.setCertificateEntry("ca-" + store.size(), ca);
    }
    try (var out = new FileOutputStream(args[1])) {
      store.store(out, "changeit".toCharArray());
    }
  }
}
