"""What the API says when it cannot do as asked: status, title, sentence and way out, in both languages."""

from typing import NamedTuple

from workflow.domain.words import Text


class Sentence(NamedTuple):
    status: int
    title: Text
    id: str
    en: str
    how: Text


SENTENCES = {
    "unreadable": Sentence(
        400,
        Text("Tidak terbaca", "Not readable"),
        "Isi permintaan bukan JSON yang terbaca: {where_id}",
        "The body is not readable JSON: {where_en}",
        Text("Kirim JSON (RFC 8259) dalam UTF-8", "Send JSON (RFC 8259) in UTF-8"),
    ),
    "header": Sentence(
        400,
        Text("Header tidak terbaca", "Header not readable"),
        "Header {name} tidak terbaca",
        "The header {name} is not readable",
        Text(
            "If-Match memuat ETag dalam tanda kutip, Idempotency-Key 1 sampai 255 tanda ASCII tanpa spasi",
            "If-Match holds quoted ETags, Idempotency-Key 1 to 255 printable ASCII characters without spaces",
        ),
    ),
    "request": Sentence(
        400,
        Text("Permintaan tidak terbaca", "Request not readable"),
        "Permintaan tidak dapat dibaca",
        "The request cannot be read",
        Text("Periksa alamat dan header", "Check address and headers"),
    ),
    "unknown": Sentence(
        401,
        Text("Siapa Anda?", "Who are you?"),
        "Permintaan ini memerlukan token: header Authorization tidak ada atau bukan Bearer",
        "This request needs a token: the Authorization header is missing or not a Bearer one",
        Text("Kirim Authorization: Bearer TOKEN", "Send Authorization: Bearer TOKEN"),
    ),
    "token": Sentence(
        401,
        Text("Token tidak berlaku", "Token not valid"),
        "Token dalam header Authorization tidak dikenal, sudah berakhir, atau dicabut",
        "The token in the Authorization header is not known, has expired, or was revoked",
        Text("Masuk lagi dan pakai token baru", "Sign in again and use a new token"),
    ),
    "signature": Sentence(
        401,
        Text("Tanda tangan tidak cocok", "Signature does not fit"),
        "webhook-id, webhook-timestamp, dan webhook-signature tidak ada atau tidak cocok dengan isi permintaan",
        "webhook-id, webhook-timestamp and webhook-signature are missing or do not fit the body",
        Text(
            "Tanda tangani byte yang dikirim menurut Standard Webhooks dengan rahasia yang disepakati",
            "Sign the bytes that are sent as Standard Webhooks says, with the secret agreed on",
        ),
    ),
    "out-of-time": Sentence(
        401,
        Text("Tanda tangan kedaluwarsa", "Signature out of time"),
        "webhook-timestamp berselisih lebih dari lima menit dengan jam kami",
        "webhook-timestamp differs from our clock by more than five minutes",
        Text("Cocokkan jam, lalu tanda tangani dan kirim lagi", "Set the clock, then sign and send anew"),
    ),
    "forbidden": Sentence(
        403,
        Text("Tidak boleh", "You may not"),
        "Anda tidak boleh melakukan ini; semua alasannya ada di refusals",
        "You may not do this; every reason is in refusals",
        Text("Lihat how pada setiap alasan", "See how in each reason"),
    ),
    "sealed": Sentence(
        403,
        Text("Isi tertutup", "Sealed"),
        "Dokumen memuat data pribadi yang tidak dibuka untuk peran Anda",
        "The document holds personal data that is not opened for your role",
        Text("Minta kepada petugas wilayah perkara", "Ask an officer of the case's region"),
    ),
    "not-found": Sentence(
        404,
        Text("Tidak ada", "Not there"),
        "Tidak ada di alamat ini, atau bukan untuk Anda",
        "There is nothing at this address, or it is not yours to know of",
        Text(
            "Periksa alamatnya; alamat yang ada tertulis di /openapi.json", "Check it; addresses are in /openapi.json"
        ),
    ),
    "no-such": Sentence(
        404,
        Text("Nama tidak dikenal", "No such name"),
        "Program ini tidak mengenal nama itu; yang dikenal ada di refusals",
        "This programme does not know that name; refusals list those it knows",
        Text("Pilih salah satu nama yang dikenal", "Choose one of the known names"),
    ),
    "no-such-document": Sentence(
        404,
        Text("Jenis dokumen tidak dikenal", "No such kind of document"),
        "Program ini tidak mengenal jenis dokumen itu; yang ada: {known}",
        "This programme has no such kind of document; there are: {known}",
        Text("Pilih salah satu dari jenis itu", "Choose one of these kinds"),
    ),
    "no-such-message": Sentence(
        404,
        Text("Pesan tidak dikenal", "No such message"),
        "Tidak ada pesan yang dikirim dengan id itu",
        "No message was sent under that id",
        Text("Pakai id seperti tertulis dalam pesan", "Use the id as it stands in the message"),
    ),
    "not-yet": Sentence(
        404,
        Text("Belum ada", "Not there yet"),
        "Perkara belum dibuka pada as_of itu",
        "The case was not open yet at that as_of",
        Text("Pilih waktu atau posisi sesudah dibuka", "Choose a time or position after it was opened"),
    ),
    "method": Sentence(
        405,
        Text("Metode tidak dipakai di sini", "Method not used here"),
        "Alamat ini tidak menerima {method}",
        "This address does not take {method}",
        Text("Lihat header Allow", "See the Allow header"),
    ),
    "conflict": Sentence(
        409,
        Text("Tidak dalam keadaan ini", "Not in this state"),
        "Keadaan perkara sekarang tidak mengizinkannya; semua alasannya ada di refusals",
        "The case as it stands does not allow this; every reason is in refusals",
        Text("Lihat how pada setiap alasan", "See how in each reason"),
    ),
    "stale": Sentence(
        412,
        Text("Sudah berubah", "It changed"),
        "Berkas berubah sejak Anda melihatnya: If-Match tidak cocok lagi dengan ETag sekarang",
        "It changed since you looked: If-Match no longer fits the present ETag",
        Text("Baca lagi, timbang lagi, lalu kirim dengan ETag baru", "Read it again, judge again, send the new ETag"),
    ),
    "too-large": Sentence(
        413,
        Text("Terlalu besar", "Too large"),
        "Isi permintaan lebih besar dari {most}",
        "The body is larger than {most}",
        Text("Kirim yang lebih kecil", "Send a smaller one"),
    ),
    "media-type": Sentence(
        415,
        Text("Jenis isi salah", "Wrong type"),
        "Content-Type tidak diterima di sini; yang diterima: {known}",
        "This Content-Type is not taken here; taken are: {known}",
        Text("Kirim isi dengan jenis yang benar", "Send the body with the right type"),
    ),
    "wrong-type": Sentence(
        415,
        Text("Isi bukan jenis yang disebut", "Content is not of its type"),
        "Isi dokumen bukan {type} seperti yang disebut Content-Type",
        "The bytes of the document are not {type} as its Content-Type says",
        Text("Periksa berkasnya; jangan ganti nama berkas jenis lain", "Check the file; do not rename another type"),
    ),
    "invalid": Sentence(
        422,
        Text("Terbaca, tetapi salah", "Understood, but wrong"),
        "Ada isian yang salah; setiap kesalahan ada di errors",
        "Something in it is wrong; every error is in errors",
        Text("Perbaiki isian yang disebut pointer", "Mend the fields that pointer names"),
    ),
    "refused": Sentence(
        422,
        Text("Belum dapat dilakukan", "Not open yet"),
        "Ada yang kurang; semua alasannya ada di refusals",
        "Something is missing; every reason is in refusals",
        Text("Lihat how pada setiap alasan", "See how in each reason"),
    ),
    "key-used": Sentence(
        422,
        Text("Kunci sudah dipakai", "Key used before"),
        "Idempotency-Key ini sudah dipakai untuk permintaan lain",
        "This Idempotency-Key was used for another request",
        Text("Pakai kunci baru untuk permintaan baru", "Use a new key for a new request"),
    ),
    "beyond-head": Sentence(
        422,
        Text("Posisi belum ada", "No such position"),
        "{name} melampaui posisi terakhir catatan, {head}",
        "{name} is beyond the last position of the log, {head}",
        Text("Pakai position dari jawaban sebelumnya", "Use the position of an earlier reply"),
    ),
    "feed-beyond": Sentence(
        422,
        Text("Posisi dari catatan lain", "A position of another log"),
        "{name} melampaui posisi terakhir catatan, {head}: posisi itu dari catatan lain, atau catatan ini dipulihkan",
        "{name} is beyond the last position of the log, {head}: it is from another log, or this one was restored",
        Text(
            "Tanyakan kepada operator; lalu baca dari posisi yang peristiwanya masih sama di tempat Anda, atau dari 0",
            "Ask the operator; then read again from a position whose event is still the one you stored, or from 0",
        ),
    ),
    "precondition": Sentence(
        428,
        Text("Header wajib", "Header needed"),
        "Header {name} wajib pada permintaan ini",
        "This request needs the header {name}",
        Text(
            "If-Match: ETag perkara yang Anda lihat; Idempotency-Key: UUID baru untuk setiap permintaan",
            "If-Match: the ETag of the case you saw; Idempotency-Key: a new UUID for each request",
        ),
    ),
    "too-many": Sentence(
        429,
        Text("Terlalu banyak", "Too many"),
        "Terlalu banyak permintaan sekaligus",
        "Too many requests at once",
        Text("Tunggu sesuai Retry-After, lalu ulangi", "Wait as Retry-After says, then ask again"),
    ),
    "headers-large": Sentence(
        431,
        Text("Header terlalu besar", "Headers too large"),
        "Header permintaan terlalu besar",
        "The headers of the request are too large",
        Text("Kirim header yang lebih pendek", "Send shorter headers"),
    ),
    "unexpected": Sentence(
        500,
        Text("Kesalahan tak terduga", "Unexpected error"),
        "Ada kesalahan di pihak kami; sebutkan nomor incident kepada pengelola",
        "Something failed on our side; name the incident number to the operator",
        Text(
            "Ulangi dengan Idempotency-Key yang sama: tidak ada yang dilakukan dua kali",
            "Ask again with the same Idempotency-Key: nothing is done twice",
        ),
    ),
    "away": Sentence(
        503,
        Text("Sedang tidak dapat dijawab", "Cannot answer now"),
        "Basis data atau daftar yang diminta belum siap",
        "The database or the list asked for is not ready",
        Text(
            "Ulangi sesuai Retry-After, dengan Idempotency-Key yang sama",
            "Ask again as Retry-After says, with the same Idempotency-Key",
        ),
    ),
    "busy": Sentence(
        503,
        Text("Sedang ramai", "Busy"),
        "Orang lain selalu mendahului permintaan ini; tidak ada yang diubah",
        "Others moved first, again and again; nothing was changed",
        Text("Ulangi sesuai Retry-After", "Ask again as Retry-After says"),
    ),
}
