"""Builds small OFD packages, issuers' XML and archives with invented values."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

NUMBER = "25312000000012345678"
BUYER_ID = "91110105MA01ABCD5F"
SELLER_ID = "91350100M000100Y43"
PAYLOAD = "01,32,,25312000000012345678,113.00,20250601,,6F05"
OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def zipped(members: Mapping[str, str | bytes], *, stored: bool = False) -> bytes:
    """A zip of the members."""
    buffer = io.BytesIO()
    method = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name)  # with a time of its own, so that the bytes are always the same
            info.compress_type = method
            archive.writestr(info, content)
    return buffer.getvalue()


def text(content: str, at: str, *, dx: str = "", dy: str = "", **attributes: str) -> str:
    """A TextObject of size 3 whose boundary is *at* ("x y width height" in mm) and whose baseline is 3 mm lower."""
    own = {"Boundary": at, "Size": "3", "Font": "1", **attributes}
    deltas = "".join(f' {key}="{value}"' for key, value in (("DeltaX", dx), ("DeltaY", dy)) if value)
    code = f'<ofd:TextCode X="0" Y="3"{deltas}>{content}</ofd:TextCode>'
    return f"<ofd:TextObject {_written(own)}>{code}</ofd:TextObject>"


def path(data: str, at: str, **attributes: str) -> str:
    """A PathObject."""
    return (
        f"<ofd:PathObject {_written({'Boundary': at, **attributes})}>"
        f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def image(resource: str, at: str) -> str:
    """An ImageObject that fills its boundary."""
    width, height = at.split()[2:]
    return f'<ofd:ImageObject ResourceID="{resource}" Boundary="{at}" CTM="{width} 0 0 {height} 0 0"/>'


def page(*objects: str, area: str = "0 0 210 140", templates: tuple[str, ...] = ()) -> str:
    """The content of a page or template."""
    box = f"<ofd:Area><ofd:PhysicalBox>{area}</ofd:PhysicalBox></ofd:Area>" if area else ""
    used = "".join(f'<ofd:Template TemplateID="{name}"/>' for name in templates)
    layer = f"<ofd:Content><ofd:Layer>{''.join(objects)}</ofd:Layer></ofd:Content>"
    return f"<ofd:Page {OFD}>{box}{used}{layer}</ofd:Page>"


def document(*locations: str, more: str = "", common: str = "") -> str:
    """Document.xml with pages 1, 2, ... at *locations*."""
    listed = "".join(f'<ofd:Page ID="{rank}" BaseLoc="{at}"/>' for rank, at in enumerate(locations, start=1))
    pages = f"<ofd:Pages>{listed}</ofd:Pages>"
    return f"<ofd:Document {OFD}><ofd:CommonData>{common}</ofd:CommonData>{pages}{more}</ofd:Document>"


def entry(*roots: str, custom: Mapping[str, str] | None = None) -> str:
    """OFD.xml naming the documents at *roots*."""
    data = "".join(f'<ofd:CustomData Name="{name}">{value}</ofd:CustomData>' for name, value in (custom or {}).items())
    info = f"<ofd:DocInfo><ofd:CustomDatas>{data}</ofd:CustomDatas></ofd:DocInfo>"
    bodies = "".join(f"<ofd:DocBody>{info}<ofd:DocRoot>{root}</ofd:DocRoot></ofd:DocBody>" for root in roots)
    return f"<ofd:OFD {OFD}>{bodies}</ofd:OFD>"


def package(content: str, **members: str | bytes) -> dict[str, str | bytes]:
    """The members of an OFD with one page; *members* by path with "__" for "/" and "_xml" for ".xml"."""
    spelled = {key.replace("__", "/").replace("_xml", ".xml"): value for key, value in members.items()}
    return {
        "OFD.xml": entry("Doc_0/Document.xml"),
        "Doc_0/Document.xml": document("Pages/Page_0/Content.xml"),
        "Doc_0/Pages/Page_0/Content.xml": content,
        **spelled,
    }


def png(pixels: NDArray[np.uint8]) -> bytes:
    """A PNG of the pixels."""
    return bytes(cv2.imencode(".png", pixels)[1])


def qr_png(payload: str = PAYLOAD) -> bytes:
    """A PNG of a QR code with a quiet zone."""
    code = cv2.QRCodeEncoder.create().encode(payload)
    framed = cv2.copyMakeBorder(code, 4, 4, 4, 4, cv2.BORDER_CONSTANT, value=255)
    return png(np.asarray(cv2.resize(framed, None, fx=4, fy=4, interpolation=cv2.INTER_NEAREST), np.uint8))


def original_invoice(**elements: str) -> str:
    """original_invoice.xml of a VAT e-invoice; *elements* replace those of its header."""
    header = {
        "InvoiceCode": "031001900111",
        "InvoiceNo": "12345678",
        "IssueDate": "2024年03月05日",
        "InvoiceCheckCode": "12345 67890 12345 67890",
        "TaxInclusiveTotalAmount": "106.00",
        "TaxExclusiveTotalAmount": "100.00",
        "TaxTotalAmount": "6.00",
        **elements,
    }
    inner = "".join(f"<fp:{name}>{value}</fp:{name}>" for name, value in header.items())
    return (
        '<eInvoice xmlns:fp="http://www.edrm.org.cn/schema/e-invoice/2019">'
        f"{inner}<fp:Buyer><fp:BuyerName>某某科技有限公司</fp:BuyerName><fp:BuyerTaxID>{BUYER_ID}</fp:BuyerTaxID></fp:Buyer>"
        f"<fp:Seller><fp:SellerName>某某餐厅</fp:SellerName><fp:SellerTaxID>{SELLER_ID}</fp:SellerTaxID></fp:Seller>"
        "<fp:GoodsInfos><fp:GoodsInfo><fp:Item>*餐饮服务*餐费</fp:Item><fp:Amount>100.00</fp:Amount>"
        "<fp:TaxScheme>6%</fp:TaxScheme><fp:TaxAmount>6.00</fp:TaxAmount></fp:GoodsInfo></fp:GoodsInfos></eInvoice>"
    )


def digital_invoice(*, items: str = "", specific: str = "", red: str = "Y", number: str = NUMBER) -> str:
    """The XML of a 数电票 over 113.00 with one item, or with *items*."""
    item = items or (
        "<IssuItemInformation><ItemName>*办公用品*A4 复印纸</ItemName><SpecMod>70g</SpecMod><MeaUnits>包</MeaUnits>"
        "<Quantity>10</Quantity><UnPrice>10</UnPrice><Amount>100.00</Amount><TaxRate>0.13</TaxRate>"
        "<ComTaxAm>13.00</ComTaxAm><TotaltaxIncludedAmount>113.00</TotaltaxIncludedAmount></IssuItemInformation>"
    )
    return (
        f"<EInvoice><Header><EIid>{number}</EIid><InherentLabel><InIssuType><LabelCode>{red}</LabelCode></InIssuType>"
        "<GeneralOrSpecialVAT><LabelCode>02</LabelCode><LabelName>普通发票</LabelName></GeneralOrSpecialVAT>"
        "</InherentLabel></Header><EInvoiceData>"
        f"<SellerInformation><SellerIdNum>{SELLER_ID}</SellerIdNum><SellerName>某某商贸有限公司</SellerName>"
        "<SellerAddr>测试路1号</SellerAddr><SellerTelNum>010-00000000</SellerTelNum></SellerInformation>"
        f"<BuyerInformation><BuyerIdNum>{BUYER_ID}</BuyerIdNum><BuyerName>某某科技有限公司</BuyerName></BuyerInformation>"
        "<BasicInformation><TotalAmWithoutTax>100.00</TotalAmWithoutTax><TotalTaxAm>13.00</TotalTaxAm>"
        "<TotalTax-includedAmount>113.00</TotalTax-includedAmount>"
        "<TotalTax-includedAmountInChinese>壹佰壹拾叁圆整</TotalTax-includedAmountInChinese>"
        "<Drawer>张三</Drawer><RequestTime>2025-06-01 10:11:12</RequestTime></BasicInformation>"
        f"{item}<SpecificInformation>{specific}</SpecificInformation>"
        "<AdditionalInformation><Remark>订单 0001</Remark></AdditionalInformation></EInvoiceData>"
        f"<TaxSupervisionInfo><InvoiceNumber>{number}</InvoiceNumber><IssueTime>2025-06-01</IssueTime></TaxSupervisionInfo>"
        "</EInvoice>"
    )


def xbrl(taxonomy: str, *facts: tuple[str, str], rows: str = "") -> str:
    """An XBRL instance of the MOF taxonomy *taxonomy* with the facts."""
    stated = "".join(f'<t:{name} contextRef="c1">{value}</t:{name}>' for name, value in facts)
    return (
        '<xbrl xmlns="http://www.xbrl.org/2003/instance" '
        f'xmlns:t="http://xbrl.mof.gov.cn/taxonomy/2023-12-31/{taxonomy}"><context id="c1"/>{stated}{rows}</xbrl>'
    )


def _written(attributes: Mapping[str, str]) -> str:
    return " ".join(f'{name}="{value}"' for name, value in attributes.items())
